from domain import ingestion
from domain.fit_files import IngestFit
from domain.jobs.tasks import Task
from workers.registry import handles


@handles(IngestFit)
async def ingest_fit(task: Task, job: IngestFit) -> None:
    await ingestion.ingest(task, job)
