"""Stands in for the sealing of pages, where a test is about something else."""

from issuer.services.page_seals import SealedPage


class UnsealedPages:
    """Leaves every page as it is drawn, and the books without a seal."""

    timestamp = None
    timestamp_roots = ()

    def list_waiting(self, session):
        return set()

    def prepare(self, session, draft, *, certificate_id):
        return certificate_id

    def seal(self, pdf, prepared):
        return SealedPage(pdf, "")

    def record(self, session, prepared, page):
        pass
