"""HTTP pieces that every vendor's surface can use; none of them knows a vendor, a domain or a table."""
