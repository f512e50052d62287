"""Every word a planner reads, by key and language.

Words live in ``messages/<language>/<section>.toml``, one file a section; the file's name is the first part of the key, so
the line ``spent = "..."`` in ``en/summary.toml`` is ``t("summary.spent")``. Adding words means adding the same key, with
the same placeholders, to every language; adding a language means adding a folder.
"""

from spatialcoord.messages.catalogue import Catalogue, catalogue, languages

__all__ = ["Catalogue", "catalogue", "languages"]
