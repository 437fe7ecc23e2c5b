"""Charts as inline SVG: one function per chart, from a frame of `figures.py`. For light and dark pages, without script.

A mark's description is drawn as its `<title>`, which a browser shows as a tooltip and a screen reader says.

Text and axes take their colours from the page (`report.css` styles Vega's `role-*` classes); marks use mid tones that
stand out from white and from near-black.
"""

import io
import re
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import altair as alt
import pandas as pd
from markupsafe import Markup

from pipeline.reports.formats import age as age_words

COLOURS = {
    "bluesky": "#2f8ef4",
    "facebook": "#5b6fd6",
    "gmb": "#3f9d50",
    "instagram": "#d6467e",
    "linkedin": "#0d9488",
    "pinterest": "#c2334d",
    "reddit": "#e8622c",
    "snapchat": "#b08900",
    "telegram": "#4596bd",
    "threads": "#a0703f",
    "tiktok": "#a259e6",
    "twitter": "#7d8590",
    "youtube": "#e0483e",
}
"""One colour per network, for marks and chips."""

ACCENT = "#2f80b7"
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
_HOURS_PER_DAY = 24
_GREY = "#888888"
_NAMES = 84


def growth(posts: pd.DataFrame, median: pd.DataFrame, network: str, *, words: tuple[str, str]) -> Markup:
    """One network's growth: thin lines for single posts (`post_id, age, value`), a strong one for `age, median`."""
    colour = COLOURS.get(network, ACCENT)
    ages = sorted(set(median["age"]) | set(posts["age"]))
    age = alt.X("age:Q", title=None, scale=alt.Scale(type="log", nice=False), axis=_age_axis(ages))
    pairs = zip(median["age"].astype("float64"), median["median"].astype("float64"), strict=True)
    heard = median.assign(said=[f"{age_words(at)}: {value:,.0f} (median)" for at, value in pairs])
    thin = _chart(posts).mark_line(strokeWidth=1, opacity=0.3, color=colour, interpolate="monotone", aria=False)
    strong = _chart(median).mark_line(
        strokeWidth=2.6, color=colour, interpolate="monotone", strokeCap="round", aria=False
    )
    last = _chart(heard.tail(1)).mark_point(filled=True, size=55, color=colour, opacity=1, aria=False)
    # A line is one mark: what each age says hangs on points that are felt, not seen.
    felt = _chart(heard).mark_point(filled=True, size=160, color=colour, opacity=0)
    bare = "datum.value == 0 ? '0' : datum.label"
    value = alt.Axis(tickCount=3, format="~s", title=None, ticks=False, labelExpr=bare)
    singles = thin.encode(x=age, y=alt.Y("value:Q", axis=value), detail="post_id:N")
    points = [mark.encode(x=age, y="median:Q", description="said:N") for mark in (last, felt)]
    layers = singles + strong.encode(x=age, y="median:Q") + points[0] + points[1]
    return _svg(layers.properties(width=230, height=120), words)


def bars(table: pd.DataFrame, *, width: int, words: tuple[str, str]) -> Markup:
    """Engagements by network, with the number at the end of each bar. Columns network, title, engagements, label."""
    heard = table.assign(said=[f"{row.title}: {row.engagements:,.0f} engagements" for row in table.itertuples()])
    base = _chart(heard).encode(
        description="said:N",
        y=alt.Y(
            "title:N",
            sort=None,
            title=None,
            axis=alt.Axis(labelPadding=8, labelFontSize=13, ticks=False, minExtent=_NAMES),
        ),
        x=alt.X("engagements:Q", axis=None, scale=alt.Scale(domainMax=float(table["engagements"].max()) * 1.14 or 1.0)),
    )
    colours = alt.Scale(domain=list(table["network"]), range=[COLOURS.get(name, ACCENT) for name in table["network"]])
    drawn = base.mark_bar(cornerRadiusEnd=3, height=16).encode(color=alt.Color("network:N", scale=colours, legend=None))
    labels = base.mark_text(align="left", dx=6, fontSize=13, color=_GREY).encode(text="label:N")
    return _svg((drawn + labels).properties(width=width - _NAMES - 8, height=28 * len(table)), words)


def heat(table: pd.DataFrame, *, width: int, words: tuple[str, str]) -> Markup:
    """Weekday by hour: the stronger the colour, the better posts of that hour did.

    Columns weekday, hour, relative, posts.
    """
    records = [(DAYS[int(row["weekday"])], row) for row in table.to_dict(orient="records")]
    named = table.assign(
        day=[day for day, _ in records],
        said=[
            f"{day} {row['hour']:02.0f}:00: {row['relative']:.1f}× usual, {row['posts']:.0f} posts"
            for day, row in records
        ],
    )
    grid = pd.DataFrame([{"day": day, "hour": hour} for day in DAYS for hour in range(_HOURS_PER_DAY)])
    step = (width - 44) / _HOURS_PER_DAY
    shown = "datum.value % 3 == 0 ? (datum.value < 10 ? '0' : '') + datum.value : ''"
    axis = alt.Axis(labelExpr=shown, labelAngle=0, title=None, ticks=False, domain=False)
    days = alt.Axis(title=None, ticks=False, domain=False)
    place: dict[str, Any] = {
        "x": alt.X("hour:O", axis=axis, scale=alt.Scale(domain=list(range(_HOURS_PER_DAY)), paddingInner=0.12)),
        "y": alt.Y("day:N", sort=DAYS, axis=days, scale=alt.Scale(paddingInner=0.12)),
    }
    empty = _chart(grid).mark_rect(cornerRadius=2, color=_GREY, opacity=0.09, aria=False).encode(**place)
    strength = alt.Opacity(
        "relative:Q", scale=alt.Scale(domain=[0, 1, 2], range=[0.18, 0.5, 1], clamp=True), legend=None
    )
    full = _chart(named).mark_rect(cornerRadius=2, color=ACCENT).encode(**place, opacity=strength, description="said:N")
    return _svg((empty + full).properties(width=step * _HOURS_PER_DAY, height=max(20.0, step) * len(DAYS)), words)


def spark(series: pd.DataFrame, network: str, *, words: tuple[str, str]) -> Markup:
    """A small line without axes. Columns observed_at, value."""
    colour = COLOURS.get(network, ACCENT)
    points = series.assign(at=[instant.timestamp() for instant in series["observed_at"]])
    low, high = float(points["value"].min()), float(points["value"].max())
    margin = max(high - low, 1.0) * 0.15
    base = _chart(points[["at", "value"]]).encode(
        x=alt.X("at:Q", axis=None, scale=alt.Scale(zero=False, nice=False)),
        y=alt.Y("value:Q", axis=None, scale=alt.Scale(domain=[low - margin, high + margin], nice=False)),
    )
    line = base.mark_line(strokeWidth=2, color=colour, strokeCap="round", aria=False)
    end = _chart(points[["at", "value"]].tail(1)).mark_point(filled=True, size=40, color=colour, opacity=1, aria=False)
    return _svg((line + end.encode(x="at:Q", y="value:Q")).properties(width=150, height=34), words)


def _age_axis(ages: Sequence[float]) -> alt.Axis:
    marks = [age for age in (1, 6, 24, 72, 168, 336, 720) if ages and ages[0] <= age <= ages[-1]]
    words = "datum.value < 24 ? format(datum.value, '~g') + ' h' : format(datum.value / 24, '~g') + ' d'"
    return alt.Axis(values=marks, labelExpr=words, grid=False, tickSize=4, labelFlush=True, labelOverlap=True)


def _chart(frame: pd.DataFrame) -> alt.Chart:
    records = [{str(name): value for name, value in row.items()} for row in frame.to_dict(orient="records")]
    return alt.Chart(alt.InlineData(values=records))


def _svg(chart: alt.Chart | alt.LayerChart, words: tuple[str, str]) -> Markup:
    plain = chart.configure(background="transparent", font="sans-serif", padding=2).configure_view(stroke=None)
    axes = plain.configure_axis(
        domain=False, gridColor=_GREY, gridOpacity=0.22, labelColor=_GREY, labelFontSize=11, tickColor=_GREY
    )
    buffer = io.StringIO()
    axes.save(buffer, format="svg")
    return Markup(_described(buffer.getvalue(), *words))  # noqa: S704 - Vega escapes what it draws, we the words


def _described(svg: str, title: str, description: str) -> str:
    """The SVG with a name and a description for those who do not see it, and as wide as its place allows."""
    said = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    told = re.sub(r"<path ([^>]*?)/>", _titled, svg)
    plain = re.sub(r' (?:role="graphics-[^"]*"|aria-[a-z]+="[^"]*"|pointer-events="none")', "", told)
    opened = re.sub(r'<svg([^>]*?) width="[^"]*" height="[^"]*"', r'<svg\1 role="img"', plain, count=1)
    return re.sub(r"(<svg[^>]*>)", lambda found: found.group(1) + said, opened, count=1)


def _titled(path: re.Match[str]) -> str:
    """A mark with its description as `<title>`; axes, grids and marks without one stay as they are."""
    label = re.search(r'aria-label="([^"]*)"', path[1])
    mark = 'role="graphics-symbol"' in path[1]
    return f"<path {path[1].rstrip()}><title>{label[1]}</title></path>" if label and mark else path[0]
