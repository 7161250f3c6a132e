"""The workspace's files as JupyterLab sees them, and among them the start pages, which lie in the package."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

PAGES = Path(__file__).parent / "pages"


class WithStartPages(AsyncLargeFileManager):
    """Shows a start page where the workspace has no file of that name: nothing is copied, so nothing grows old, and what somebody
    wrote under that name comes first. Saved, it is the workspace's own; the package's stays as it is."""

    async def get(self, path: str, content: bool = True, *rest: Any, **more: Any) -> dict[str, Any]:
        """A file or a folder."""
        shipped = AsyncLargeFileManager(root_dir=str(PAGES))
        if await self._lacks(path):
            page = await shipped.get(path, content, *rest, **more)
            lines = (page["content"] or "").splitlines(keepends=True)
            return page | {"content": "".join(filter(self._leads_somewhere, lines)) if content else None}
        found = await super().get(path, content, *rest, **more)
        if content and not path.strip("/"):
            found["content"] += [await shipped.get(p.name, False) for p in PAGES.iterdir() if await self._lacks(p.name)]
        return found

    def _leads_somewhere(self, line: str) -> bool:
        """Whether the notebooks that a line names are in this workspace: not every one brings all."""
        return all(Path(self.root_dir, one).exists() for one in re.findall(r"\]\((notebooks/[^)]+)\)", line))

    async def create_checkpoint(self, path: str) -> dict[str, Any]:
        """None is needed of what is not there: JupyterLab asks for one of whatever it opens."""
        if await self._lacks(path):
            return {"id": "", "last_modified": datetime.now(UTC)}
        return await super().create_checkpoint(path)

    async def _lacks(self, path: str) -> bool:
        name = path.strip("/")
        return name in {page.name for page in PAGES.iterdir()} and not await self.file_exists(name)
