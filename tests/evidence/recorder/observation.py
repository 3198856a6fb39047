"""
What was observed: what JavaScript saw, what the server received, what the browser itself said; and the file of it all.

A recording is a text file: a head, which says how many scenarios follow, then one line of JSON per scenario. What is
often the same stands once in the head: a header line that most requests have (a user agent, for one) is its name's
usual line, and requests write the name alone; a list of headers or a step's result that many scenarios share is written
as `~` and a part of its digest.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import attrs

from tests.evidence.recorder import names, sockets
from tests.evidence.recorder.engine import Reason
from tests.evidence.recorder.scenario import Json, Scenario, has_reconnecting, is_detailed, is_parallel, to_json
from tests.evidence.recorder.server import Arrival, Run

FORMAT: Final = 2
NOT_RUN: Final = "not run"
"""The trouble of a scenario which no browser was asked for."""
# What browsers put between the parts of a multipart body; Firefox's has no fixed length.
_BOUNDARY: Final = re.compile(r"----(?:WebKitFormBoundary[A-Za-z0-9]{16}|geckoformboundary[0-9a-f]+)")


# What a browser makes up anew for each handshake.
_KEY: Final = re.compile(r"^(sec-websocket-key:\s*)\S+$", re.IGNORECASE)
# What Firefox says of an image depends on whether the page was laid out by then.
_IN_SIGHT: Final = "Priority: u=4, i"
_OUT_OF_SIGHT: Final = "Priority: u=5, i"
_ICON: Final = re.compile(r"(?<![\w/])data:,(?=['\s])")


class RecordingError(ValueError):
    """
    A recording is damaged; the message names the file and the line.
    """


@attrs.frozen
class Request:
    """
    One request as the server received it.

    Attributes:
        to: The symbolic name of the place asked.
        headers: The header lines in order, as written.
    """

    to: str
    method: str
    target: str
    headers: tuple[str, ...]
    body: str = ""


@attrs.frozen(kw_only=True)
class Observation:
    """
    What one scenario did in one browser.

    Attributes:
        digest: Of the scenario as it was recorded, so that a changed scenario is noticed.
        steps: What each step saw, as the page reported it.
        requests: In order of arrival; the page's own request is not among them.
        reasons: What the browser said, each with the number of the step that ran.
        console: The lines of its console, each with the number of the step; of steps with `detail` only, and only
            what both runs saw.
        trouble: Why there is nothing to see, or an empty string.
        second: What differed in the second run, if anything did: the scenario is unstable then.
    """

    id: str
    digest: str
    steps: Json = ()
    requests: tuple[Request, ...] = ()
    reasons: Json = ()
    console: Json = ()
    trouble: str = ""
    second: Json = None

    @property
    def stable(self) -> bool:
        """
        Whether both runs saw the same.
        """
        return self.second is None and not self.trouble

    @property
    def complete(self) -> bool:
        """
        Whether nothing went wrong in any of its runs, even if they differ.
        """
        return not self.trouble and "trouble" not in (self.second or ())


@attrs.frozen(kw_only=True)
class Recording:
    """
    All observations of one engine on one transport.
    """

    engine: str
    version: str
    transport: str
    observations: tuple[Observation, ...]


def digest(scenario: Scenario) -> str:
    """
    Digest what *scenario* does; its family and what it waits for do not count.
    """
    data = to_json(attrs.evolve(scenario, family="", needs=(), transports=()))
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:10]


LATE: Final = "Event Source"
"""What Firefox says of each connection of an EventSource that failed, whether or not the page is still there."""


def observe(run: Run, reasons: Iterable[Reason]) -> Observation:
    """
    Put together what is known of a run, without what differs between any two runs.
    """
    steps = json.loads(names.without_token(json.dumps(run.seen or [])))
    is_late = has_reconnecting(run.scenario.steps)
    said = [reason for reason in reasons if not (is_late and reason.data.get("category") == LATE)]
    detailed = is_detailed(run.scenario.steps)
    if detailed:
        # NB: the marks of steps come from the page, and may be later than what the network says of the first one.
        said = [attrs.evolve(reason, step=max(reason.step, 0)) for reason in said if not _is_of_icon(reason)]
    requests = [_request(arrival, detailed=detailed) for arrival in run.arrivals]
    lines = [[reason.step, reason.data["console"]] for reason in said if "console" in reason.data]
    if is_parallel(run.scenario.steps):
        requests.sort(key=lambda request: (request.target, request.to, request.method, request.headers))
    return Observation(
        id=run.scenario.id,
        digest=digest(run.scenario),
        requests=tuple(requests),
        reasons=_placed(reason for reason in said if "console" not in reason.data),
        console=sorted(lines) if detailed else [],
        steps=_without_times(steps),
        trouble=run.trouble,
    )


def _is_of_icon(reason: Reason) -> bool:
    """
    Whether a policy of the page forbids the icon that the recorder gives it, which is no part of a scenario.
    """
    return _ICON.search(str(reason.data.get("console") or reason.data.get("text") or "")) is not None


def _request(arrival: Arrival, *, detailed: bool) -> Request:
    """
    Give a request its canonical hosts, and take out the boundary that a browser made up.
    """
    lines, body = list(arrival.lines), arrival.body
    if detailed:
        lines = [_IN_SIGHT if line == _OUT_OF_SIGHT else line for line in lines]
    if _BOUNDARY.search(body):
        lines = [_BOUNDARY.sub("{boundary}", line) for line in lines]
        lines = [re.sub(r"^(content-length): \d+$", r"\1: {length}", line, flags=re.IGNORECASE) for line in lines]
        body = _BOUNDARY.sub("{boundary}", body)
    clean = tuple(_KEY.sub(r"\1{key}", names.without_token(line)) for line in lines)
    target = names.without_token(arrival.target)
    return Request(arrival.place, arrival.method, target, clean, names.without_token(body))


def _rank(data: Json) -> tuple[int, bool, str]:
    """
    Order reasons by step, those of CORS first and as they came, since the first of them decided.
    """
    of_cors = "cors" in data or "kind" in data or str(data.get("category")).startswith("CORS")
    return (data["step"], not of_cors, "" if of_cors else json.dumps(data))


def _without_times(steps: Json) -> Json:
    for step in steps:
        step.pop("at", None)
        if "heard" in step:
            step["heard"] = [
                [sockets.shortened(word) if isinstance(word, str) else word for word in heard]
                for heard in step["heard"]
            ]
        if isinstance(step.get("steps"), list):
            _without_times(step["steps"])
    return steps


def _placed(reasons: Iterable[Reason]) -> Json:
    """
    Put each reason to its step, in an order that does not depend on which thread spoke first.
    """
    return sorted(({"step": reason.step, **reason.data} for reason in reasons), key=_rank)


def difference(first: Observation, second: Observation) -> Json:
    """
    Tell what *second* saw otherwise than *first*, or None.
    """
    if first.trouble or second.trouble:
        return {"trouble": second.trouble} if first.trouble != second.trouble else None
    one, two = _to_json(first, {}), _to_json(second, {})
    differing = {key: two.get(key) for key in ("steps", "requests", "reasons") if one.get(key) != two.get(key)}
    return differing or None


def write(recording: Recording, path: Path) -> None:
    """
    Write *recording* to *path*, all of it or nothing.
    """
    usual = _usual_lines(recording.observations)
    lines = [_to_json(observation, usual) for observation in recording.observations]
    shared = _share(lines)
    head = {
        "format": FORMAT,
        "engine": recording.engine,
        "version": recording.version,
        "transport": recording.transport,
        "count": len(lines),
        "usual": usual,
        "shared": shared,
    }
    unfinished = path.with_name(f"{path.name}.unfinished")
    with unfinished.open("w", encoding="utf-8") as file:
        for line in [head, *lines]:
            file.write(_dump(line) + "\n")
    unfinished.replace(path)


def _dump(value: Json) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def _share(lines: list[Json]) -> dict[str, Json]:
    """
    Replace, in *lines*, what stands there often; the table of it is returned.
    """
    places: list[tuple[Json, str | int]] = [(request, "headers") for line in lines for request in line["requests"]]
    places += [(line["steps"], number) for line in lines for number in range(len(line["steps"]))]
    texts = [_dump(holder[key]) for holder, key in places]
    times = Counter(texts)
    shared: dict[str, Json] = {}
    for (holder, key), text in zip(places, texts, strict=True):
        if times[text] > 3 and len(text) > 20:
            name = "~" + hashlib.sha256(text.encode()).hexdigest()[:6]
            shared[name] = holder[key]
            holder[key] = name
    return dict(sorted(shared.items()))


def read(path: Path) -> Recording:
    """
    Read what `write` wrote.

    Raises:
        RecordingError: A line is damaged, missing, or one too many.
    """
    observations: dict[str, Observation] = {}
    head: Json = None
    # NB: as bytes, because a line that is no text has a number too.
    lines = path.read_bytes().splitlines() or [b""]
    for number, line in enumerate(lines, 1):
        try:
            data = json.loads(line.decode())
            if head is None:
                head = _checked_head(data)
                usual: dict[str, str] = {str(name): str(text) for name, text in head["usual"].items()}
                shared: dict[str, Json] = dict(head["shared"])
            else:
                _add(_from_json(data, usual, shared), observations, head["count"])
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            message = f"{path}, line {number} is damaged: {error!r}"
            raise RecordingError(message) from error
    if len(observations) < head["count"]:
        message = (
            f"{path}, line {len(lines) + 1} is missing: {len(observations)} scenarios of {head['count']} are there"
        )
        raise RecordingError(message)
    return Recording(
        engine=head["engine"],
        version=head["version"],
        transport=head["transport"],
        observations=tuple(observations.values()),
    )


def _checked_head(data: Json) -> Json:
    if data["format"] != FORMAT:
        message = f"the format is {data['format']}, not {FORMAT}"
        raise ValueError(message)
    if not all(isinstance(data[name], str) for name in ("engine", "version", "transport")):
        message = "engine, version and transport have to be text"
        raise TypeError(message)
    if not isinstance(data["count"], int):
        message = "the count of scenarios has to be a number"
        raise TypeError(message)
    return data


def _add(observation: Observation, observations: dict[str, Observation], count: int) -> None:
    if observation.id in observations:
        message = f"{observation.id} was there before"
        raise ValueError(message)
    if len(observations) == count:
        message = f"more than the {count} scenarios that the head promises"
        raise ValueError(message)
    observations[observation.id] = observation


def _usual_lines(observations: Sequence[Observation]) -> dict[str, str]:
    """
    For each header name, the line most requests have, if it is worth leaving out.
    """
    counted = Counter(line for o in observations for request in o.requests for line in request.headers if ": " in line)
    usual: dict[str, str] = {}
    for line, times in counted.most_common():
        name = line.partition(":")[0]
        if times >= 5:
            usual.setdefault(name, line)
    return dict(sorted(usual.items()))


def _to_json(observation: Observation, usual: dict[str, str]) -> Json:
    requests = []
    for request in observation.requests:
        headers = []
        for line in request.headers:
            name = line.partition(":")[0]
            headers.append(name if usual.get(name) == line else line)
        data: dict[str, Json] = {"to": request.to, "line": f"{request.method} {request.target}", "headers": headers}
        if request.body:
            data["body"] = request.body
        requests.append(data)
    result: dict[str, Json] = {"id": observation.id, "digest": observation.digest}
    if observation.trouble:
        result["trouble"] = observation.trouble
    result["steps"] = list(observation.steps)
    result["requests"] = requests
    if observation.reasons:
        result["reasons"] = list(observation.reasons)
    if observation.console:
        result["console"] = list(observation.console)
    if observation.second is not None:
        result["second"] = observation.second
    return result


def _from_json(data: Json, usual: dict[str, str], shared: dict[str, Json]) -> Observation:
    def whole(value: Json) -> Json:
        return shared[value] if isinstance(value, str) else value

    for name, kind in (("id", str), ("digest", str), ("steps", list), ("requests", list)):
        if not isinstance(data[name], kind):
            message = f"{name} is no {kind.__name__}"
            raise TypeError(message)
    requests = []
    for item in data["requests"]:
        method, _, target = item["line"].partition(" ")
        headers = tuple(line if ":" in line else usual[line] for line in whole(item["headers"]))
        requests.append(Request(item["to"], method, target, headers, item.get("body", "")))
    return Observation(
        id=data["id"],
        digest=data["digest"],
        steps=[whole(step) for step in data["steps"]],
        requests=tuple(requests),
        reasons=data.get("reasons", []),
        console=data.get("console", ()),
        trouble=data.get("trouble", ""),
        second=data.get("second"),
    )
