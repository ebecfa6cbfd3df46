"""The page that an adviser works on: form, suggestions, earlier decisions, and what went wrong."""

from collections.abc import Iterator
from dataclasses import replace

from starlette.responses import HTMLResponse

from pobo_nlp.errors import DatabaseError
from pobo_nlp.inquiry import Inquiry
from pobo_nlp.store import Progress, Store, Suggested, Version
from pobo_nlp.suggestion import Suggestion
from pobo_nlp.taxonomy import Taxonomy
from pobo_nlp.web.choices import answers_of, carried_over, missing, preselected
from pobo_nlp.web.rendering import Message, Page
from pobo_nlp.web.similar import EarlierDecisions, Similar
from pobo_nlp.web.suggesting import Scoring
from pobo_nlp.web.view import dimension_views, is_in_doubt, labels_of, summary
from pobo_nlp.web.work import Work, contradictions


class Screen:
    """The page that an adviser works on."""

    def __init__(self, page: Page) -> None:
        self.page = page
        state = page.request.app.state
        self.scoring: Scoring = state.scoring
        self.store: Store = state.store
        self.taxonomy: Taxonomy = state.taxonomy
        if not hasattr(state, "earlier_decisions"):
            state.earlier_decisions = EarlierDecisions(self.store)
        self._earlier: EarlierDecisions = state.earlier_decisions
        self.max_text_chars: int = state.settings.limits.max_text_chars

    def suggest(self, work: Work, *, only_part: bool, saved: tuple[str, str] | None = None) -> HTMLResponse:
        """Return the page with suggestions for the text; what the adviser has chosen stays chosen."""
        suggestion = self._suggestion(work)
        # An earlier decision whose text is not kept is changed by what was suggested then.
        suggested = Suggested.of(suggestion) if suggestion else (work.suggested if work.is_change else None)
        before, after = preselected(work.suggested, self.taxonomy), preselected(suggested, self.taxonomy)
        renewed = replace(work, suggested=suggested, choices=carried_over(work.choices, before, after))
        template = "parts/answers.html.jinja" if only_part else "work.html.jinja"
        return self._render(template, 200, renewed, suggestion, saved=saved)

    def show(
        self,
        work: Work,
        status: int = 200,
        *,
        message: Message | None = None,
        theirs: Version | None = None,
        is_conflict: bool = False,
        saved: tuple[str, str] | None = None,
    ) -> HTMLResponse:
        """Return the page with the form as it is filled in."""
        context = {"message": message, "theirs": theirs, "is_conflict": is_conflict, "saved": saved}
        return self._render("work.html.jinja", status, work, self._suggestion(work), **context)

    def _suggestion(self, work: Work) -> Suggestion | None:
        if not work.text.strip() or len(work.text) > self.max_text_chars:
            return None
        return self.scoring.suggest([Inquiry(work.inquiry_id or "ny", work.text)])[0]

    def _render(
        self, template: str, status: int, work: Work, suggestion: Suggestion | None, **context: object
    ) -> HTMLResponse:
        say, taxonomy = self.page.gettext, self.taxonomy
        labels = suggestion.suggestions if suggestion else labels_of(work.suggested)
        similar = self._similar(work, suggestion) if suggestion else []
        shared = {"message": None, "theirs": None, "is_conflict": False, "saved": None}
        is_in_queue = bool(work.queue) and template == "work.html.jinja"
        return self.page.render(
            template,
            status,
            **shared | context,
            work=work,
            progress=self._progress(work.queue) if is_in_queue else None,
            suggestion=suggestion,
            dimensions=dimension_views(
                work.text, labels, work.choices, taxonomy, say, is_in_doubt=is_in_doubt(suggestion)
            ),
            summary=summary(suggestion, taxonomy, say) if suggestion else "",
            similar=similar,
            taxonomy=taxonomy,
            yours=answers_of(work.choices, taxonomy, work.suggested),
            too_long=len(work.text) > self.max_text_chars,
            max_text_chars=self.max_text_chars,
            keeps_text=self.store.keep_text,
        )

    def _progress(self, name: str) -> Progress | None:
        try:
            return next((one for one in self.store.queue.progress() if one.queue == name), None)
        except DatabaseError:
            return None

    def _similar(self, work: Work, suggestion: Suggestion) -> list[Similar] | None:
        """Return earlier decisions that are like the suggestion; None where the database does not answer."""
        try:
            return self._earlier.like(work.text, suggestion, self.taxonomy, but=work.inquiry_id)
        except DatabaseError:
            return None


def faults_of(work: Work, screen: Screen) -> list[str]:
    """Return what has to be filled in before a save, in the language of the page."""
    return list(_faults(work, screen))


def _faults(work: Work, screen: Screen) -> Iterator[str]:
    say, taxonomy = screen.page.gettext, screen.taxonomy
    if not work.inquiry_id:
        yield say("Saksnummeret mangler.")
    if not work.by:
        yield say("Navn eller initialer mangler.")
    if len(work.text) > screen.max_text_chars:
        yield say("Teksten er lengre enn tjenesten tar imot. Kort den ned.")
    for dimension in missing(answers_of(work.choices, taxonomy, work.suggested), taxonomy):
        yield say("%s: velg ett av forslagene, et annet, «Vet ikke» eller «Ingen av disse».") % say(dimension.name)
    for dimension in contradictions(work, taxonomy):
        yield say("%s: du har valgt noe og samtidig «Vet ikke» eller «Ingen av disse». Velg én av delene.") % say(
            dimension.name
        )
