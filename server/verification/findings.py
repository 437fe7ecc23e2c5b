"""What verification finds, and how the contract shows it (posts.md 3.11)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from social.contract.codes import meaning_of
from social.networks.base import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One broken rule of one network. A warning stops nothing; `extra` adds keys to the element."""

    platform: str
    code: int
    message: str
    warning: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, platform: str, problem: Problem) -> "Finding":
        """A rule of `social/networks` as a finding."""
        return cls(platform=platform, code=problem.code, message=problem.message, warning=problem.warning)

    @classmethod
    def known(cls, platform: str, code: int) -> "Finding":
        """A finding whose code says it all."""
        return cls(platform=platform, code=code, message=f"{platform}: {meaning_of(code)}")

    def element(self) -> dict[str, Any]:
        """The element of `errors`."""
        return error_element(self.platform, self.code, self.message) | {"verifyCheck": True} | self.extra


def error_element(platform: str, code: int, message: str) -> dict[str, Any]:
    """One network's failure as the contract writes it."""
    return {"action": "post", "status": "error", "code": code, "message": message, "platform": platform}


def by_platform(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """What stops each network; warnings left out."""
    stopped: dict[str, list[Finding]] = {}
    for finding in findings:
        if not finding.warning:
            stopped.setdefault(finding.platform, []).append(finding)
    return stopped
