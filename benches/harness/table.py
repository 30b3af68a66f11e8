"""The tables, as Markdown."""


def show(results, arguments):
    for engine, found in results.items():
        print(f"### {'SQLite' if engine == 'sqlite' else 'PostgreSQL'}\n")
        show_loads(found, arguments)
        show_registers(found, engine)
        show_floor(found["floor"])
    for found in results.values():
        if found["Luyue"][1]["statements"]:
            show_statements(found)
        if "documents" in found:
            show_documents(*found["documents"])


def show_loads(found, arguments):
    (luyue, _), (django, _) = found["Luyue"], found["Django"]
    rows = []
    for (load, connections), own in luyue.items():
        other = django.get((load, connections))
        rows.append(
            [load, connections, f"{own.rate:,.0f}", f"{own.p50:.1f} / {own.p99:.1f}", cpu(own), own.failed]
            + ([f"{other.rate:,.0f}", f"{other.p50:.1f} / {other.p99:.1f}", cpu(other), other.failed] if other else [""] * 4)
            + ([f"{ratio(own.rate, other.rate)}", ratio(other.all_cpu, own.all_cpu)] if other else [""] * 2)
        )
    head = ["load", "c", "Luyue req/s", "p50 / p99 ms", "CPU ms", "not 2xx"]
    head += ["Django req/s", "p50 / p99 ms", "CPU ms", "not 2xx", "× throughput", "× CPU"]
    show_rows(head, rows)


def cpu(result):
    """CPU of the server, and of PostgreSQL where there is one."""
    return f"{result.cpu:.2f}" + (f" + {result.database_cpu:.2f}" if result.database_cpu else "")


def ratio(a, b):
    return f"{a / b:.1f}" if b else "–"


def show_registers(found, engine):
    rows = []
    for name in ("Luyue", "Django"):
        about = found[name][1]
        started, loaded = about["memory"]
        size = f"{about['bytes'] / 1024:.1f}" if about["bytes"] else "–"
        rows.append([name, f"{about['seconds']:.1f}", size, f"{started:.0f}", f"{loaded:.0f}"])
    show_rows(["register", "loaded in s", "KB a contract", "resident MB after start", "after the loads"], rows)


def show_floor(floor):
    rows = [[name, f"{rate:,.0f}", f"{used:.3f}"] for name, (rate, used) in floor.items()]
    show_rows(["floor", "per second", "CPU ms"], rows)


def show_statements(found):
    own, other = (found[name][1]["statements"] for name in ("Luyue", "Django"))
    print("### Statements of one request, PostgreSQL\n")
    show_rows(["request", "Luyue", "Django"], [[load, count, other[load]] for load, count in own.items()])


def show_documents(rows, memory):
    print("### Pages and documents, SQLite\n")
    shown = [[name, f"{rate:,.0f}", f"{used:.2f}", f"{size / 1024:.1f}"] for name, rate, used, size, _ in rows]
    show_rows(["answer", "per second", "CPU ms", "KB"], shown)
    print(f"Resident: {memory[0]:.0f} MB after start, {memory[1]:.0f} MB after these.\n")


def show_rows(head, rows):
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(str(cell) for cell in row)} |")
    print()


def failures(results):
    """Names the loads in which an answer was not a success or a connection broke."""
    found = []
    for engine, about in results.items():
        for name in ("Luyue", "Django"):
            for (load, connections), done in about[name][0].items():
                if done.failed or done.broken or not done.rate:
                    found.append(f"{engine}, {name}, {load}, c = {connections}: {done}")
        for name, *_, done in about.get("documents", ([], None))[0]:
            if done and (done.failed or done.broken or not done.rate):
                found.append(f"{engine}, {name}: {done}")
    return found
