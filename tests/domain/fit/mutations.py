"""Damage done to sound FIT files; lengths and checksums are put right, so that it reaches what is behind the frame."""

import struct

from domain.fit.crc import crc16
from domain.fit.writer import FitWriter

HEADER, CHECKSUM = 14, 2
DEFINITION, COMPRESSED, DEVELOPER = 0x40, 0x80, 0x20


def content_of(data):
    """The messages of a file's first part."""
    return data[data[0] : data[0] + struct.unpack_from("<I", data, 4)[0]]


def framed(content):
    return FitWriter().raw(bytes(content)).to_bytes()


def flipped_bits(chance, data):
    """A few bits, mended by a new frame, so that the checksum does not give them away."""
    content = bytearray(content_of(data))
    for _ in range(chance.choice((1, 1, 2, 4, 16, 64))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return framed(content)


def replaced_bytes(chance, data):
    """Values that mean something: none, all, a definition, a compressed header."""
    content = bytearray(content_of(data))
    for _ in range(chance.choice((1, 2, 4, 16))):
        content[chance.randrange(len(content))] = chance.choice((0, 0xFF, 0x40, 0x4F, 0x60, 0x80, 0xE0, 0x7F))
    return framed(content)


def truncated(chance, data):
    return framed(content_of(data)[: chance.randrange(len(content_of(data)))])


def truncated_with_its_frame(chance, data):
    return data[: chance.randrange(len(data))]


def duplicated_slice(chance, data):
    content, (start, end) = content_of(data), _slice(chance, data)
    at = chance.choice((end, chance.randrange(len(content))))
    return framed(content[:at] + content[start:end] * chance.choice((1, 1, 2, 30)) + content[at:])


def removed_slice(chance, data):
    content, (start, end) = content_of(data), _slice(chance, data)
    return framed(content[:start] + content[end:])


def swapped_slices(chance, data):
    content, (start, end) = content_of(data), _slice(chance, data)
    middle = chance.randint(start, end)
    return framed(content[:start] + content[middle:end] + content[start:middle] + content[end:])


def changed_header(chance, data):
    """Size, protocol, profile, length and signature, one or two of them; both checksums right for what came out."""
    header = bytearray(data[:12])
    for _ in range(chance.choice((1, 2))):
        at = chance.choice((0, 1, 2, 4, 5, 7, 8))
        header[at] = chance.choice((0, 1, 12, 13, 14, 15, 0x10, 0x20, 0x30, 0xFF, chance.randrange(256)))
    whole = bytes(header) + struct.pack("<H", chance.choice((0, crc16(bytes(header))))) + content_of(data)
    return whole + struct.pack("<H", crc16(whole))


def changed_definitions(chance, data):
    """Byte order, message, number of fields, and numbers, sizes and types of fields."""
    content = bytearray(content_of(data))
    places = definitions_of(content)
    for _ in range(chance.choice((1, 1, 2, 5))):
        start, end = chance.choice(places)
        content[chance.randrange(start, end)] = chance.choice(
            (0, 1, 2, 3, 4, 7, 8, 0xFF, chance.randrange(256))
        )
    return framed(content)


def changed_definitions_of_the_same_size(chance, data):
    """Only what a field is, not how long: the messages behind it stay in step, and are read as something else."""
    content = bytearray(content_of(data))
    for start, end in chance.choices(definitions_of(content), k=chance.choice((1, 2, 5))):
        fields = max(0, (end - start - 6) // 3)
        at = start + 6 + 3 * chance.randrange(fields) if fields else start + 2
        if fields and chance.random() < 0.5:
            content[at] = chance.choice((*range(10), 73, 78, 253, 254))
        elif fields:
            content[at + 2] = chance.choice(
                (0, 1, 2, 0x83, 0x84, 0x85, 0x86, 7, 0x88, 0x89, 0x8E, 0x1F, 0xFF)
            )
        else:
            content[at] ^= 1
    return framed(content)


def chained(chance, data):
    """Several parts, some damaged."""
    parts = [chance.choice((data, truncated(chance, data), flipped_bits(chance, data))) for _ in range(3)]
    return b"".join(parts)


def damaged_and_not_mended(chance, data):
    at = chance.randrange(len(data))
    return data[:at] + bytes((data[at] ^ chance.randint(1, 255),)) + data[at + 1 :]


MUTATIONS = (
    flipped_bits, flipped_bits, replaced_bytes, truncated, truncated_with_its_frame, duplicated_slice, removed_slice,
    swapped_slices, changed_header, changed_definitions, changed_definitions, changed_definitions_of_the_same_size,
    changed_definitions_of_the_same_size, chained, damaged_and_not_mended,
)  # fmt: skip


def mutant(chance, data):
    """One mutation, or now and then two on top of each other."""
    done = chance.choices(MUTATIONS, k=chance.choice((1, 1, 1, 2)))
    for mutate in done:
        if len(data) > HEADER and data[0] in (12, HEADER) and len(content_of(data)) > 2:
            data = mutate(chance, data)
    return "+".join(mutate.__name__ for mutate in done), data


def definitions_of(content):
    """Where definitions begin and end, as far as the messages can be walked; the whole where there is none."""
    sizes, found, position = {}, [], 0
    while position < len(content):
        header = content[position]
        if header & COMPRESSED or not header & DEFINITION:
            local = header >> 5 & 3 if header & COMPRESSED else header & 0xF
            if local not in sizes:
                break
            position += sizes[local]
        else:
            end = _definition_end(content, position)
            if end > len(content):
                break
            found.append((position, end))
            sizes[header & 0xF] = _message_size(content, position, end)
            position = end
    return found or [(0, len(content))]


def _definition_end(content, position):
    count = content[position + 5] if position + 5 < len(content) else len(content)
    end = position + 6 + 3 * count
    if content[position] & DEVELOPER and end < len(content):
        end += 1 + 3 * content[end]
    return end


def _message_size(content, position, end):
    fields = position + 6 + 3 * content[position + 5]
    return 1 + sum(content[position + 7 : fields : 3]) + sum(content[fields + 2 : end : 3])


def _slice(chance, data):
    """Mostly short, so that what remains still makes some sense."""
    length = len(content_of(data))
    start = chance.randrange(length)
    return start, min(length, start + chance.choice((1, 2, 3, 7, 20, 100, 1000, length)))
