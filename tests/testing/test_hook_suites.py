"""The suites for plugins with hooks: a good plugin passes each, and each bad variant fails the check that it should."""

from __future__ import annotations

import pytest

from tests.testing.certified import certify, changed, failures

pytest_plugins = ["pytester"]

DECIDER = """
    from turbo_core import Opinion, Question, hookimpl


    @hookimpl
    def turbo_decide(question: Question) -> Opinion | None:
        if question.kind == "failure":
            answer = "retry" if question.facts.get("class") == "infra" else ""
            return Opinion(name="note", answer=answer, reason="the network comes back") if answer else None
        return Opinion(name="note", score=len(question.text) < 80, confidence=0.5, reason="a question should be short")
"""
DECIDES = """
    from turbo_core import Question
    from turbo_core.testing import DeciderSuite

    class TestNote(DeciderSuite):
        plugin = "note"
        questions = (
            Question(kind="gate", run="r", task="t", text="fit?"),
            Question(kind="failure", run="r", task="t", text="what now?", facts={"class": "infra"}),
        )
"""
DOCUMENTER = """
    from html import escape
    from turbo_core import Document, hookimpl


    @hookimpl
    def turbo_document(run, context):
        said = "".join(context.log_tail(a.log, 100) for phase in run.phases for task in phase.tasks for a in task.attempts)
        page = f"<p>{escape(run.description)}</p><pre>{escape(said)}</pre>"
        return [Document(name="note.html", media_type="text/html", content=page.encode())]
"""
DOCUMENTS = """
    from turbo_core.testing import DocumenterSuite

    class TestNote(DocumenterSuite):
        plugin = "note"
"""
TRACKER = """
    from pathlib import Path
    from turbo_core import hookimpl

    seen = set()
    ended = []


    @hookimpl
    def turbo_track(event, run):
        if event.kind == "run.created":
            workflow = event.body["workflow"]
        if event.kind == "attempt.ended" and (run.id, event.seq) not in seen:
            seen.add((run.id, event.seq))
            ended.append(event.task)
"""
TRACKS = """
    from turbo_core.testing import TrackerSuite
    from turbo_plugin_note import plugin

    class TestNote(TrackerSuite):
        plugin = "note"

        def state(self, project):
            return list(plugin.ended)
"""
CHANNEL = """
    import contextlib
    import json
    import os
    import threading
    import urllib.request
    from turbo_core import ChannelOffer, Receipt, hookimpl


    @hookimpl
    def turbo_register():
        return [ChannelOffer(name="note", summary="Sends notes")]


    @hookimpl
    def turbo_communicate(message):
        body = json.dumps({"key": message.key, "text": message.subject, "rest": message.body[:1000]}).encode()
        request = urllib.request.Request(os.environ["NOTES"], data=body, method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()
        return Receipt(channel=message.channel, reference=message.key)
"""
CHANNELS = """
    import pytest
    from turbo_core.testing import ChannelSuite

    class TestNote(ChannelSuite):
        plugin = "note"

        @pytest.fixture(autouse=True)
        def service(self, turbo_http, monkeypatch):
            self.http = turbo_http
            monkeypatch.setenv("NOTES", turbo_http.url)

        def state(self, project):
            return {request.json()["key"]: request.json()["text"] for request in self.http.requests}

        def break_down(self):
            self.http.close()
"""
EXECUTOR = """
    from turbo_core import replace
    from turbo_core import ExecutorOffer, Outcome, hookimpl


    @hookimpl
    def turbo_register():
        return [ExecutorOffer(name="nice", summary="Runs nicely")]


    @hookimpl
    def turbo_execute(attempt, context):
        return context.supervise(replace(attempt, argv=("/usr/bin/env", "nice", *attempt.argv)))
"""
EXECUTES = """
    from turbo_core.testing import ExecutorSuite

    class TestNote(ExecutorSuite):
        plugin = "note"
        limit = 2.0
"""
PAGE = """
    from turbo_core import PageOffer, hookimpl

    TEXT = "{% extends 'turbo/report.html.j2' %}{% block footer %}Ask us about {{ run.id }}.{% endblock %}"


    @hookimpl
    def turbo_register():
        return [PageOffer(name="report.html.j2", text=TEXT, summary="A footer")]
"""
PAGES = """
    from turbo_core.testing import PageSuite

    class TestNote(PageSuite):
        plugin = "note"
"""
ADVISER = """
    from itertools import count
    from turbo_core import Suggestion, hookimpl

    COUNT = count(1)

    @hookimpl
    def turbo_suggest(history):
        weights = {name: sum(name in run.scores for run in history.runs) for name in history.weights}
        if not any(weights.values()):
            return Suggestion(reason="no criterion has said anything yet")
        return Suggestion(weights=weights, reason="who speaks more often counts more", figures={"runs": str(len(history.runs))})
"""
ADVISES = """
    from decimal import Decimal
    from turbo_core import GateHistory, JudgedRun
    from turbo_core.testing import AdviserSuite

    class TestNote(AdviserSuite):
        plugin = "note"
        histories = (
            GateHistory(workflow="w", task="t", weights={"a": 1}, runs=(
                JudgedRun(run="r", scores={"a": Decimal(1)}, score=Decimal(1), good=True),
            )),
        )
"""

PLUGINS = {
    "decider": (DECIDES, DECIDER, 11),
    "documenter": (DOCUMENTS, DOCUMENTER, 11),
    "tracker": (TRACKS, TRACKER, 11),
    "channel": (CHANNELS, CHANNEL, 12),
    "executor": (EXECUTES, EXECUTOR, 13),
    "page": (PAGES, PAGE, 10),
    "adviser": (ADVISES, ADVISER, 11),
}

COMMUNICATES = "    @hookimpl\n    def turbo_communicate"
LISTENS = "    @hookimpl\n    def turbo_listen(context):\n        "
NOBODY = "type('Nobody', (), {'cancel': lambda self, *, grace: None})()"

VARIANTS = [
    ("decider", "test_it_implements_its_hook", ("turbo_decide(question: Question)", "turbo_track(event)"), "does not implement"),
    ("decider", "test_it_has_an_opinion", ('== "infra"', '== "novel"'), "no opinion on the failure 'what now?'"),
    ("decider", "test_it_bears_odd_questions", ('facts.get("class")', 'facts["class"]'), "raises KeyError: 'class'"),
    ("decider", "test_it_bears_odd_questions", ("len(question.text) < 80", "len(question.text)"), "its score is 14 on the gate"),
    ("decider", "test_it_bears_odd_questions", ("confidence=0.5", "confidence=float('nan')"), "its confidence is nan"),
    ("decider", "test_it_bears_odd_questions", ("confidence=0.5", "weight=-1"), "its weight is -1"),
    ("decider", "test_it_bears_odd_questions", ("confidence=0.5", "answer='stop'"), "a gate wants a score, and no answer"),
    ("decider", "test_it_has_an_opinion", ('"retry" if', '"again" if'), "its answer is 'again'"),
    ("decider", "test_it_has_an_opinion", ('name="note", score', 'name="", score'), "its opinion has no name"),
    (
        "decider",
        "test_it_bears_odd_questions",
        ('Opinion(name="note", score=len', 'dict(name="note", score=len'),
        "answers with a dict",
    ),
    ("decider", "test_it_gives_reasons", ('reason="a question should be short"', "reason=''"), "gives no reason on the gate"),
    (
        "decider",
        "test_deciding_changes_nothing",
        ("if question.kind", "open('x', 'w').close()\n        if question.kind"),
        "new: x",
    ),
    (
        "decider",
        "test_it_does_not_change_its_mind",
        ("confidence=0.5", "confidence=__import__('random').random()"),
        "has two opinions",
    ),
    ("documenter", "test_it_makes_documents", ("return [", "return [] and ["), "makes no document of any run"),
    ("documenter", "test_it_makes_documents", ('"note.html"', '"../note.html"'), "it names a document '../note.html'"),
    ("documenter", "test_it_makes_documents", ('"text/html"', '"html"'), "is 'html'; write it like text/html"),
    ("documenter", "test_it_makes_documents", ("content=page.encode()", "content=page"), "holds no bytes"),
    ("documenter", "test_it_makes_documents", ("return [Document(", "return [dict("), "gives a dict"),
    ("documenter", "test_it_makes_documents", ("said =", "run.phases[1]\n        said ="), "raises IndexError"),
    (
        "documenter",
        "test_no_two_documents_have_one_name",
        ("page.encode())]", "page.encode())] * 2"),
        "two documents are named note.html",
    ),
    ("documenter", "test_what_tasks_say_is_text", ("{escape(said)}", "{said}"), "holds a script that a task has said"),
    ("documenter", "test_documenting_changes_nothing", ("page =", "open('x', 'w').close()\n        page ="), "new: x"),
    (
        "documenter",
        "test_the_same_run_gives_the_same_bytes",
        ('page = f"', 'import time\n        page = f"{int(time.time())}'),
        "other documents later",
    ),
    (
        "tracker",
        "test_it_follows_a_run",
        ('if event.kind == "run.c', "event.body['workflow']\n        if event.kind == \"run.c"),
        "raises KeyError: 'workflow' on run.taken",
    ),
    (
        "tracker",
        "test_it_bears_what_it_does_not_know",
        (
            'if event.kind == "attempt',
            "{'novel.kind': 1 / 0} if event.kind == 'novel.kind' else 0\n        if event.kind == \"attempt",
        ),
        "raises ZeroDivisionError",
    ),
    (
        "tracker",
        "test_it_may_begin_anywhere",
        (
            'workflow = event.body["workflow"]',
            "seen.add(run.id)\n        elif run.id not in seen:\n            raise LookupError(event.kind)",
        ),
        "raises LookupError",
    ),
    ("tracker", "test_it_keeps_something", ("ended.append(event.task)", "pass"), "cannot be seen; override 'state'"),
    ("tracker", "test_an_event_counts_once", ("(run.id, event.seq) not in seen", "True"), "events that come again count again"),
    ("channel", "test_it_offers_a_channel", ("return [ChannelOffer", "return [] and [ChannelOffer"), "it offers no channel"),
    ("channel", "test_it_offers_a_channel", ('summary="Sends notes"', 'summary=""'), "the channel note has no summary"),
    ("channel", "test_it_delivers", ("return Receipt(", "return dict("), "which is no receipt; return a Receipt"),
    ("channel", "test_it_delivers", ("channel=message.channel", "channel='other'"), "the receipt is of 'other'"),
    ("channel", "test_it_delivers", ("body = json", "message.at[0]\n        body = json"), "raises IndexError"),
    ("channel", "test_it_delivers", ("with urllib", "if message.level != 'error':\n          with urllib"), "nothing arrived"),
    (
        "channel",
        "test_it_does_not_pretend",
        ("with urllib", "with contextlib.suppress(OSError), urllib"),
        "could not arrive, and it gives Receipt",
    ),
    (
        "channel",
        "test_it_goes_on_with_a_thread",
        ("with urllib", "if message.reference:\n            return Receipt(channel=message.channel)\n        with urllib"),
        "of its thread the message 't still fails' (t-2) does not arrive",
    ),
    (
        "channel",
        "test_it_stops_listening",
        (COMMUNICATES, f"{LISTENS}context.runs()[0]\n\n\n{COMMUNICATES}"),
        "turbo_listen raises IndexError",
    ),
    (
        "channel",
        "test_it_stops_listening",
        (COMMUNICATES, f"{LISTENS}threading.Event().wait()\n\n\n{COMMUNICATES}"),
        "goes on for 30 s after the end",
    ),
    ("channel", "test_a_message_arrives_once", ('"key": message.key', '"key": os.urandom(4).hex()'), "arrives twice: new:"),
    ("channel", "test_a_message_arrives_once", ("reference=message.key", "reference=os.urandom(4).hex()"), "has two receipts"),
    ("executor", "test_it_offers_an_executor", ("return [Exec", "return [] and [Exec"), "it offers no executor"),
    ("executor", "test_it_offers_an_executor", ('summary="Runs nicely"', 'summary=""'), "the executor nice has no summary"),
    ("executor", "test_it_tells_success", ('"nice", *', '"false", *'), "a command that succeeds is reported as failed"),
    ("executor", "test_it_tells_failure", ('"nice", *', '"true", *'), "a command that ends with 3 is reported as succeeded"),
    (
        "executor",
        "test_it_tells_success",
        ("return context", f"return {NOBODY}\n        return context"),
        "is never reported",
    ),
    (
        "executor",
        "test_it_does_not_wait",
        ("return context.s", "import time; time.sleep(3)\n        return context.s"),
        "it does not give the attempt back",
    ),
    (
        "executor",
        "test_it_does_not_wait",
        ("return context", "context.finish(Outcome(state='succeeded'))\n        return context"),
        "goes on is reported as succeeded",
    ),
    ("executor", "test_it_tells_success", ("return context", "context"), "it gives a NoneType"),
    (
        "executor",
        "test_it_tells_success",
        ("return context", "raise OSError('no farm')\n        return context"),
        "raises OSError: no farm",
    ),
    (
        "executor",
        "test_cancelling_at_once_ends_it",
        (
            "return context.supervise(",
            "context.supervise(attempt)\n        return type('No', (), {'cancel': lambda self, *, grace: None})()\n        (",
        ),
        "is never reported",
    ),
    (
        "executor",
        "test_what_cannot_start_is_told",
        ('("/usr/bin/env", "nice", *attempt.argv)', '("/bin/sh", "-c", "\\"$@\\" || true", "sh", *attempt.argv)'),
        "a program that is not there is reported as succeeded",
    ),
    (
        "executor",
        "test_it_finishes_once",
        ("return context", "context.finish(Outcome(state='succeeded'))\n        return context"),
        "it finishes 2 times",
    ),
    ("page", "test_it_brings_pages_that_there_are", ("return [Page", "return [] and [Page"), "brings no page"),
    ("page", "test_it_brings_pages_that_there_are", ('name="report.', 'name="repord.'), "there is no page 'repord.html.j2'"),
    ("page", "test_it_brings_pages_that_there_are", ("{% endblock %}", ""), "cannot be read"),
    ("page", "test_reports_are_made_of_it", ("run.id", "run.identity"), "cannot be made"),
    ("page", "test_what_tasks_say_stays_text", ("{{ run.id }}", "{{ run.description | safe }}"), "holds a script"),
    ("page", "test_the_report_loads_nothing", ("Ask us", "<img src='https://x'>"), "loads something: src='http"),
    ("page", "test_the_same_run_gives_the_same_page", ("run.id", "range(99999) | random"), "another page"),
    ("adviser", "test_it_implements_its_hook", ("turbo_suggest(history)", "turbo_track(event)"), "does not implement"),
    ("adviser", "test_it_suggests_weights", ("weights=weights, ", ""), "it suggests nothing for the history of 't'"),
    ("adviser", "test_it_suggests_weights", ("(weights=weights, ", "(weights={'b': 1}, "), "weights for b, which"),
    ("adviser", "test_it_suggests_weights", ("(weights=weights, ", "(weights={'a': 0.5}, "), "the weight of a is 0.5"),
    ("adviser", "test_it_suggests_weights", ("str(len(history.runs))", "len(history.runs)"), "its figures are no texts"),
    ("adviser", "test_it_suggests_weights", ("return Suggestion(weights", "return dict(weights"), "answers with a dict"),
    ("adviser", "test_it_bears_little_history", ("weights = {", "history.runs[0]\n        weights = {"), "raises IndexError"),
    ("adviser", "test_it_gives_reasons", ('reason="no criterion has said anything yet"', "reason=''"), "gives no reason"),
    (
        "adviser",
        "test_suggesting_changes_nothing",
        ("weights = {", "open('x', 'w').close()\n        weights = {"),
        "suggesting changes something: new: x",
    ),
    (
        "adviser",
        "test_it_does_not_change_its_mind",
        ("sum(name", "__import__('os').getpid() * next(COUNT) + sum(name"),
        "it suggests two things",
    ),
]


@pytest.mark.parametrize("kind", PLUGINS)
def test_a_good_plugin_passes(kind: str, pytester: pytest.Pytester) -> None:
    test, plugin, count = PLUGINS[kind]
    ended = certify(pytester, test, {"plugin": plugin})
    assert failures(ended) == {}
    assert ended.parseoutcomes() == {"passed": count}


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "check", "change", "told"), VARIANTS)
def test_a_bad_plugin_fails(kind: str, check: str, change: tuple[str, str], told: str, pytester: pytest.Pytester) -> None:
    test, plugin, _count = PLUGINS[kind]
    ended = certify(pytester, test, {"plugin": changed(plugin, change)}, "-k", check)
    assert told in failures(ended).get(check, ""), ended.stdout.str()


@pytest.mark.parametrize(
    "change",
    [
        ('replace(attempt, argv=("/usr/bin/env", "nice", *attempt.argv))', "attempt"),
        ("return context", "assert attempt.argv[0] == '/bin/sh'\n        return context"),
    ],
)
def test_a_program_that_is_not_there_may_be_told_in_two_ways(change: tuple[str, str], pytester: pytest.Pytester) -> None:
    ended = certify(pytester, EXECUTES, {"plugin": changed(EXECUTOR, change)}, "-k", "cannot_start")
    ended.assert_outcomes(passed=1, deselected=12)


def test_a_channel_whose_failure_is_unknown_is_told(pytester: pytest.Pytester) -> None:
    test = CHANNELS.replace("def break_down", "def other")
    ended = certify(pytester, test, {"plugin": CHANNEL}, "-k", "pretend")
    assert "override 'break_down'" in failures(ended)["test_it_does_not_pretend"]


def test_a_decider_without_questions_is_told(pytester: pytest.Pytester) -> None:
    test = DECIDES.replace("questions = (", "others = (")
    ended = certify(pytester, test, {"plugin": DECIDER}, "-k", "has_an_opinion")
    assert "set 'questions'" in failures(ended)["test_it_has_an_opinion"]
