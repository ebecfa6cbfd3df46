"""Municipalities, health trusts and hospitals named in a text, to propose a site where the table has none."""

from pobo_nlp.patterns.sites.book import SiteBook, kind_of_site
from pobo_nlp.patterns.sites.kinds import KINDS
from pobo_nlp.patterns.sites.mentions import Mention, mentions, propose
from pobo_nlp.patterns.sites.proposals import Proposal, SiteProposals
from pobo_nlp.patterns.sites.site import Site

__all__ = ["KINDS", "Mention", "Proposal", "Site", "SiteBook", "SiteProposals", "kind_of_site", "mentions", "propose"]
