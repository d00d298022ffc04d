"""Puts the `lodestone` program into the wheel where `LODESTONE_BINARY` names one, with the libraries in the folder that
`LODESTONE_LIBRARIES` names, and says which machines it runs on."""

import os
import stat
import sysconfig
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):
    def initialize(self, version, build_data):
        named = os.environ.get("LODESTONE_BINARY")
        if not named:
            return
        program = Path(named)
        if not program.is_file() or not program.stat().st_mode & stat.S_IXUSR:
            raise SystemExit(f"LODESTONE_BINARY names {named}, which is no program")
        build_data["force_include"][str(program)] = "lodestone/bin/lodestone"
        libraries = os.environ.get("LODESTONE_LIBRARIES")
        for library in sorted(Path(libraries).iterdir()) if libraries else ():
            build_data["force_include"][str(library)] = f"lodestone/lib/{library.name}"
        build_data["pure_python"] = False
        # Any Python 3 may talk to it; the machine must be of this kind.
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"py3-none-{platform}"
