"""The tables, as Markdown."""


def show(results):
    for engine, found in results.items():
        print(f"### {'SQLite' if engine == 'sqlite' else 'PostgreSQL'}\n")
        show_loads(found)
        show_registers(found)
        show_floor(found["floor"])
    for found in results.values():
        if "statements" in found:
            show_statements(found["statements"])
        if "documents" in found:
            show_documents(*found["documents"])


def show_loads(found):
    rows = []
    for (load, connections), done in found["loads"].items():
        own, other = done["Luyue"], done.get("Django")
        beside = [*cells(other), ratio(own.rate, other.rate), ratio(other.all_cpu, own.all_cpu)] if other else [""] * 6
        rows.append([load, connections, *cells(own), *beside])
    head = ["load", "c", "Luyue req/s", "p50 / p99 ms", "CPU ms", "not 2xx (409)"]
    head += ["Django req/s", "p50 / p99 ms", "CPU ms", "not 2xx (409)", "× throughput", "× CPU"]
    show_rows(head, rows)


def cells(result):
    """Returns rate, latency, CPU of the server and of PostgreSQL, and the answers that were no success."""
    cpu = f"{result.cpu:.2f}" + (f" + {result.database_cpu:.2f}" if result.database_cpu else "")
    failed = f"{result.failed} ({result.conflicts})" if result.failed else "0"
    return [rate(result.rate), f"{result.p50:.1f} / {result.p99:.1f}", cpu, failed]


def rate(per_second):
    return f"{per_second:,.0f}" if per_second >= 100 else f"{per_second:.1f}"


def ratio(a, b):
    return f"{a / b:.1f}" if b else "–"


def show_registers(found):
    rows = []
    for name, (seconds, *size) in found["registers"].items():
        sizes = [f"{each / 1024:.1f}" for each in size] or ["–"]
        rows.append([name, f"{seconds:.1f}", *sizes, *(f"{mb:.0f}" for mb in found["memory"][name])])
    show_rows(["register", "loaded in s", "KB a contract", "resident MB after start", "after the loads"], rows)


def show_floor(floor):
    rows = [[name, rate(done), f"{used:.3f}"] for name, (done, used) in floor.items()]
    show_rows(["floor", "per second", "CPU ms"], rows)


def show_statements(counts):
    own, other = counts["Luyue"], counts["Django"]
    print("### Statements of one request, PostgreSQL\n")
    show_rows(["request", "Luyue", "Django"], [[load, count, other[load]] for load, count in own.items()])


def show_documents(rows, memory):
    print("### Pages and documents, SQLite\n")
    shown = [[name, rate(done), f"{used:.2f}", f"{size / 1024:.1f}"] for name, done, used, size, _ in rows]
    show_rows(["answer", "per second", "CPU ms", "KB"], shown)
    print(f"Resident: {memory[0]:.0f} MB after start, {memory[1]:.0f} MB after these.\n")


def show_rows(head, rows):
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(str(cell) for cell in row)} |")
    print()


def failures(results):
    """Names the loads in which an answer was not a success or a connection broke."""
    done = [
        (f"{engine}, {name}, {load}, c = {connections}", one)
        for engine, found in results.items()
        for (load, connections), both in found["loads"].items()
        for name, one in both.items()
    ]
    for found in results.values():
        pages = found["documents"][0] if "documents" in found else []
        done += [(name, one) for name, *_, one in pages if one]
    return [f"{name}: {one}" for name, one in done if one.failed or one.broken or not one.rate]
