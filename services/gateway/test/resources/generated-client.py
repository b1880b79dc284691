"""Submits a document with the client that openapi-python-client made of the OpenAPI document, and reads it back."""

import io
import os
import sys

sys.path[:0] = [os.environ["PACKAGES"], os.getcwd()]

from made.api.jobs import cancel_job, list_jobs, read_job, submit_document  # noqa: E402
from made.client import AuthenticatedClient  # noqa: E402
from made.models import SubmitDocumentFilesBody  # noqa: E402
from made.types import File  # noqa: E402

client = AuthenticatedClient(base_url=os.environ["API"], token=os.environ["KEY"])
file = File(payload=io.BytesIO(b"%PDF-1.7 a document"), file_name="a.pdf", mime_type="application/pdf")
body = SubmitDocumentFilesBody(file=file, request_id="generated-1")
accepted = submit_document.sync_detailed(client=client, body=body)
again = submit_document.sync_detailed(
    client=client,
    body=SubmitDocumentFilesBody(
        file=File(payload=io.BytesIO(b"%PDF-1.7 a document"), file_name="a.pdf", mime_type="application/pdf"),
        request_id="generated-1",
    ),
)
job = read_job.sync(accepted.parsed.run_id, client=client)
unknown = read_job.sync("00000000-0000-5000-8000-000000000000", client=client)
listed = list_jobs.sync(client=client, limit=1)
cancelled = cancel_job.sync_detailed(job.run_id, client=client)
print(int(accepted.status_code), int(again.status_code), job.file_name, job.status.value, unknown.code)
print(listed.jobs[0].run_id == job.run_id, int(cancelled.status_code))
