"""Start the pages and the API in this process, as ``streamlit run server.py`` does."""

from __future__ import annotations

from pathlib import Path

SERVER = Path(__file__).resolve().parents[2] / "server.py"


def run(host: str | None, port: int, data: Path | None, *, headless: bool) -> None:
    """Serve until the process is told to end.

    Parameters
    ----------
    host
        The address to listen to; None for the one in Streamlit's settings.
    port
        The port.
    data
        A folder whose catalogue is attached to a private bundle; None for none.
    headless
        Whether to leave the browser alone.
    """
    from streamlit.web.cli import main

    arguments = ["run", str(SERVER), "--server.port", str(port)]
    arguments += ["--server.address", host] if host else []
    arguments += ["--server.headless", "true"] if headless else []
    arguments += ["--", "--data", str(data)] if data else []
    main(arguments, prog_name="streamlit")
