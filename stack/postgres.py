"""PostgreSQL of our own: own data, own port, own roles; the system's is not touched."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path

from stack import packages, processes
from stack.layout import Layout, write_atomically
from stack.processes import Service
from stack.terminal import StackError, run, step

NAME = "postgres"
# PostgreSQL refuses to run as root, and the user it then runs as may not be able
# to enter the checkout; its data then lies here
ROOT_HOME = Path("/var/lib/opendata-ua-stack")
SUPERUSER = "postgres"
USER, READER = "ckan", "datastore_ro"

SETTINGS = """\
# written by stack/postgres.py
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 120
shared_buffers = 128MB
work_mem = 8MB
max_wal_size = 256MB
# a local portal can wait for the disk less often; nothing is ever torn
synchronous_commit = off
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
"""
ACCESS = """\
# written by stack/postgres.py
host all all 127.0.0.1/32 scram-sha-256
"""


def service_user() -> str | None:
    """Return the user PostgreSQL runs as: None for the person's own."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        raise StackError(
            "PostgreSQL refuses to run as root and there is no user `postgres` to "
            "run it as. Install Debian's package postgresql, or work as another user."
        ) from None
    return "postgres"


def data(site: Layout) -> Path:
    """Return the data folder of this stack."""
    if os.geteuid() != 0:
        return site.home / "postgres" / "data"
    named = f"{site.checkout.name}-{site.checkout_id}"
    return ROOT_HOME / named / site.series


def token(site: Layout) -> str:
    """Return the name of this very cluster; a new cluster has a new one."""
    return (site.home / "postgres" / "cluster").read_text().strip()


def _programs(site: Layout) -> Path:
    """Return the programs that fit the data, or the newest ones."""
    found = packages.postgres_programs()
    if not found:
        raise StackError("PostgreSQL is not installed: install the package postgresql.")
    version = data(site) / "PG_VERSION"
    if version.exists():
        for folder in found:
            if folder.parent.name == version.read_text().strip():
                return folder
    return found[0]


def _usable(site: Layout) -> bool:
    """Tell whether the data are whole, ours, and of a PostgreSQL we have."""
    ours, theirs = site.home / "postgres" / "cluster", data(site) / "opendata-ua"
    try:
        same = ours.read_text() == theirs.read_text()
        version = (data(site) / "PG_VERSION").read_text().strip()
    except OSError:
        return False
    return same and _programs(site).parent.name in (version, "usr")


def service(site: Layout) -> Service:
    """Describe the running server."""
    folder = data(site)
    return Service(
        name=NAME,
        command=[
            _programs(site) / "postgres",
            "-D",
            folder,
            "-p",
            str(site.postgres_port),
        ],
        cwd=folder,
        port=site.postgres_port,
        user=service_user(),
        ready=lambda: _answers(site),
        stop_signal=signal.SIGINT,  # "fast": ends sessions, writes a checkpoint
        inputs=SETTINGS,
    )


def _answers(site: Layout) -> bool:
    if not processes.port_taken(site.postgres_port):
        return False
    try:
        psql(site, "postgres", "SELECT 1")
    except StackError:
        return False
    return True


def psql(site: Layout, database: str, script: str) -> str:
    """Run SQL as the superuser and return the rows, unaligned."""
    return run(
        [
            _programs(site) / "psql",
            *("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"),
            *("-h", "127.0.0.1", "-p", str(site.postgres_port)),
            *("-U", SUPERUSER, "-d", database),
        ],
        site.log / "postgres-setup.log",
        what="A statement for PostgreSQL",
        env={"PGPASSWORD": site.secret("postgres"), "PGCONNECT_TIMEOUT": "5"},
        stdin=script,
    )


def ensure(site: Layout) -> bool:
    """Have the server run with its roles and databases; True when it was started."""
    if not _usable(site):
        with step("PostgreSQL: a new data folder"):
            _initialise(site)
    _configure(site)
    _drop_stale_pid(site)
    started = processes.ensure(site, service(site))
    _roles(site)
    return started


def stop(site: Layout) -> bool:
    """Stop the server."""
    return processes.stop(site, NAME, cwd=data(site))


def _initialise(site: Layout) -> None:
    folder, user = data(site), service_user()
    stop(site)  # a server of data that are thrown away
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    if user:
        for path in (ROOT_HOME, folder.parent):
            path.chmod(0o755)
        shutil.chown(folder, user, user)
        if os.getuid() == 0 and not _reachable(folder, user):
            raise StackError(
                f"The user {user} cannot reach {folder}: check its rights."
            )
    # the password travels through a pipe of our own, never through a command line
    password = folder.parent / f".{site.series}.password"
    write_atomically(password, site.secret("postgres") + "\n", mode=0o600)
    try:
        if user:
            shutil.chown(password, user, user)
        run(
            [
                _programs(site) / "initdb",
                *("-D", folder, "-U", SUPERUSER, f"--pwfile={password}"),
                *("-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8"),
            ],
            site.log / "postgres-setup.log",
            what="Making PostgreSQL's data folder (initdb)",
            cwd=folder,
            user=user,
        )
    finally:
        password.unlink(missing_ok=True)
    name = os.urandom(8).hex()
    write_atomically(folder / "opendata-ua", name)
    write_atomically(site.home / "postgres" / "cluster", name)
    write_atomically(site.home / "postgres" / "location", f"{folder}\n")


def _reachable(folder: Path, user: str) -> bool:
    try:
        run(["test", "-x", folder], Path(os.devnull), what="A look", user=user)
    except StackError:
        return False
    return True


def _configure(site: Layout) -> None:
    folder, user = data(site), service_user()
    for name, text in (("postgresql.conf", SETTINGS), ("pg_hba.conf", ACCESS)):
        path = folder / name
        if path.read_text() != text:
            write_atomically(path, text, mode=0o600)
        if user:
            shutil.chown(path, user, user)


def _drop_stale_pid(site: Layout) -> None:
    """Remove the pid file of a server that was killed.

    PostgreSQL removes it itself unless the number now belongs to another process
    of the same user; nobody else works in this folder, so it is safe for us.
    """
    if not processes.housed([data(site)]):
        (data(site) / "postmaster.pid").unlink(missing_ok=True)


def _roles(site: Layout) -> None:
    statements = []
    have = psql(site, "postgres", "SELECT rolname FROM pg_roles").split()
    for role, rights in ((USER, "LOGIN CREATEDB"), (READER, "LOGIN")):
        if role not in have:
            statements.append(f"CREATE ROLE {role} {rights} PASSWORD '{role}';")
    if statements:
        psql(site, "postgres", "\n".join(statements))


def databases(site: Layout) -> list[str]:
    """Return the names of the databases there are."""
    return psql(site, "postgres", "SELECT datname FROM pg_database").split()


def create(site: Layout, names: Sequence[str], template: str = "template0") -> None:
    """Make the databases that do not exist yet."""
    have = databases(site)
    for name in names:
        if name not in have:
            psql(
                site,
                "postgres",
                f"CREATE DATABASE {name} OWNER {USER} TEMPLATE {template} "
                "ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'",
            )


def drop(site: Layout, names: Sequence[str]) -> None:
    """Drop databases, ending the sessions that still use them."""
    for name in names:
        psql(site, "postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def clone(site: Layout, source: str, target: str) -> None:
    """Make a database as the copy of another, in place of what was there."""
    drop(site, [target])
    # nobody may be connected to a template while it is copied
    psql(
        site,
        "postgres",
        f"ALTER DATABASE {source} ALLOW_CONNECTIONS false;\n"
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        f"WHERE datname = '{source}';",
    )
    psql(site, "postgres", f"CREATE DATABASE {target} OWNER {USER} TEMPLATE {source}")


def url(site: Layout, database: str, role: str = USER) -> str:
    """Return the address of a database as SQLAlchemy reads it."""
    return f"postgresql://{role}:{role}@127.0.0.1:{site.postgres_port}/{database}"
