"""`GET /error-explainer`: what a code means and what to do about it (analytics.md 11.4)."""

from server.answers import ApiError
from server.auth import Caller
from server.routing import handles
from social.contract.codes import CODES
from social.contract.errors import ErrorQuery, Explanation
from social.contract.routes import EXPLAIN_ERROR


@handles(EXPLAIN_ERROR)
async def explain(_caller: Caller, query: ErrorQuery) -> Explanation:
    """Explain one code; the network is echoed."""
    code = CODES.get(query.code)
    if code is None:
        raise ApiError(404, f"code: {query.code} is not in the table. Read the message that came with it.")
    return Explanation(
        status="success",
        code=code.number,
        platform=query.platform,
        cause=code.meaning,
        classification=code.classification,
        resolution=code.resolution,
    )
