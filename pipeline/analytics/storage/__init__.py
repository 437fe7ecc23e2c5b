"""Where tables of the lake can lie, chosen by its address: one file each."""

from pipeline.analytics.storage.base import Storage


def storage_of(address: str, options: dict[str, str] | None = None) -> Storage:
    """The storage behind an address.

    `postgresql://user:secret@host/name` is a PostgreSQL database, a path that ends in `.duckdb` (or `duckdb:///path`) a
    DuckDB file; everything else holds Delta tables: a folder, or an object store such as `s3://bucket/lake`, to which
    `options` go as they are. Raises MissingExtra when the storage needs a package that is not installed.
    """
    if address.startswith(("postgresql://", "postgres://")):
        from pipeline.analytics.storage.postgresql import PostgresqlStorage  # noqa: PLC0415  (an extra)

        return PostgresqlStorage(address)
    if address.startswith("duckdb:") or address.endswith(".duckdb"):
        from pipeline.analytics.storage.duckdb import DuckdbStorage  # noqa: PLC0415  (an extra)

        return DuckdbStorage(address.removeprefix("duckdb://"))
    from pipeline.analytics.storage.delta import DeltaStorage  # noqa: PLC0415  (slow to import)

    return DeltaStorage(address, options)
