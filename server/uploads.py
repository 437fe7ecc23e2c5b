"""Reading uploads: JSON with a base64 data URI or a form with a file part, never more than the contract allows."""

import base64
import binascii
import re
from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from server.answers import ApiError
from server.parsing import NUL, bounded, read_body
from social.contract.media import MAX_UPLOAD_BYTES, MediaUpload

# Base64 is a third longer than what it carries; names and the form's own lines need a little more.
MOST_ON_THE_WIRE = MAX_UPLOAD_BYTES * 4 // 3 + 100_000
_DATA_URI = re.compile(r"data:(?P<type>[\w.+-]+/[\w.+-]+)?(?:;[\w=-]+)*;base64,", re.ASCII)


@dataclass(frozen=True, slots=True)
class Upload:
    """One uploaded file, still unmeasured."""

    data: bytes
    content_type: str | None
    file_name: str | None
    description: str | None


async def read_upload(request: Request) -> Upload:
    """The file in the body of `POST /media/upload` (content.md 6.2). Raises ApiError 101."""
    kind = request.headers.get("content-type", "")
    upload = await (_form(request) if kind.startswith("multipart/form-data") else _json(request))
    if not upload.data:
        raise ApiError(101, "file is empty.")
    if len(upload.data) > MAX_UPLOAD_BYTES:
        raise _too_large()
    return upload


async def _json(request: Request) -> Upload:
    body = await read_body(bounded(request, MOST_ON_THE_WIRE, _too_large()), MediaUpload, most=MOST_ON_THE_WIRE)
    found = _DATA_URI.match(body.file)
    if found is None:
        raise ApiError(101, "file must be a base64 data URI such as data:image/png;base64,iVBOR…")
    try:
        data = base64.b64decode(body.file[found.end() :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise ApiError(101, f"file: the base64 is damaged ({error}).") from error
    return Upload(data, found["type"], body.file_name, body.description)


async def read_file(request: Request, most: int, too_large: ApiError) -> tuple[UploadFile, bytes, FormData]:
    """The part `file` of a form of at most `most` bytes, its bytes, and the form. Raises ApiError 101."""
    async with bounded(request, most, too_large).form(max_files=1, max_fields=20) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise ApiError(101, "The form has no part called file.")
        return file, await file.read(), form


async def _form(request: Request) -> Upload:
    file, data, form = await read_file(request, MOST_ON_THE_WIRE, _too_large())
    name, description = form.get("fileName"), form.get("description")
    return Upload(
        data,
        file.content_type,
        _clean(name if isinstance(name, str) else file.filename),
        _clean(description if isinstance(description, str) else None),
    )


def _clean(text: str | None) -> str | None:
    return text.replace(NUL, "") if text else text


def _too_large() -> ApiError:
    most = f"{MAX_UPLOAD_BYTES // 1_000_000} MB"
    return ApiError(101, f"The file is larger than {most}: ask GET /media/uploadUrl for an address to send it to.")
