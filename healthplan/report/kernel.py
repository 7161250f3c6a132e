"""The kernel that runs a report: this very Python, whatever kernels the machine lists under the same name."""

from __future__ import annotations

import sys

from jupyter_client.manager import AsyncKernelManager


class OwnKernelManager(AsyncKernelManager):
    """Starts ``ipykernel`` of the running interpreter and ignores the kernel specs found on the path."""

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """The command line of the kernel process."""
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", self.connection_file]
        return command + (extra_arguments or [])
