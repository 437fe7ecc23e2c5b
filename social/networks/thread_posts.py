"""One text as a thread of posts on X and Threads (posts.md 10.14)."""

from social.networks.base import TextRule

SEPARATOR = "\n\n\n"
_NUMBER_ROOM = len(" 99/99")


def split_thread(text: str, rule: TextRule) -> list[str]:
    """The posts of a thread, in order, numbered `i/n` where the rule says so.

    Three line breaks are explicit separators, and then the only ones. Without them the text is split at line breaks;
    how many lines share a post is not documented, so as many as fit. A line that does not fit alone stays too long.
    """
    if SEPARATOR in text:
        posts = [part.strip("\n") for part in text.split(SEPARATOR)]
    else:
        posts = _packed(text.split("\n"), rule)
    posts = [post for post in posts if post.strip()]
    return [f"{post} {index}/{len(posts)}" for index, post in enumerate(posts, 1)] if rule.numbered else posts


def _packed(lines: list[str], rule: TextRule) -> list[str]:
    room = rule.limit - (_NUMBER_ROOM if rule.numbered else 0)
    posts: list[str] = []
    for line in lines:
        longer = f"{posts[-1]}\n{line}" if posts else line
        if posts and rule.count(longer) <= room:
            posts[-1] = longer
        else:
            posts.append(line)
    return [post.strip("\n") for post in posts]
