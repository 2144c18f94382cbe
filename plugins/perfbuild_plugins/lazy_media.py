"""Images and frames beyond the first screenful load when they come near, the likely largest one before all others, and
images whose proportions no style decides get the width and height of their file.

Which those are is told from the page, its files and its stylesheets: docs/design/lazy-media.md has the rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from perfbuild.api import Context, PageView, Plugin, SetAttributes
from perfbuild_plugins.lazy_media_options import LazyMediaOptions


class LazyMedia(Plugin):
    name = "lazy-media"
    version = "1"
    elements = ("img", "iframe")
    Options = LazyMediaOptions
    options: LazyMediaOptions

    def edit_page(self, page: PageView, context: Context) -> Iterator[SetAttributes]:
        from perfbuild_plugins.page_media import PageMedia

        return PageMedia(page, self.options).edits()
