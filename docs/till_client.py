"""A till's outbox: add() queues a receipt, `python till_client.py QUEUE URL` sends for ever."""

import fcntl, http.client, json, os, sys, time, urllib.request

HEADERS = {"Content-Type": "application/x-ndjson"}
HEADERS |= {"Authorization": f"Bearer {key}"} if (key := os.environ.get("SALES_KEY")) else {}


def add(queue, receipt):  # once this returns the receipt is on disk: print the paper then
    with open(queue, "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(b"\n" + json.dumps(receipt).encode() + b"\n")  # a half line before it ends here
        file.flush()
        os.fsync(file.fileno())


def is_acked(receipt, ack):
    same = all(receipt.get(name, "") == ack[name] for name in ("store_id", "till_id", "series"))
    return same and ack["ack_from"] <= receipt.get("sequence_number", -1) <= ack["ack_through"]


def send(queue, url, done):  # a batch of what stands after `done` bytes; how many are done then
    with open(queue, "a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if done == file.seek(0, os.SEEK_END):
            done = file.truncate(0)  # the service has every line, or it was set aside
        file.seek(done)
        if not (lines := file.readlines(250_000)):
            return done
    batch = [line for line in lines if line.strip()]
    request = urllib.request.Request(url, b"".join(batch), HEADERS)
    answer = json.load(urllib.request.urlopen(request, timeout=60))
    for line, result in zip(batch, answer["results"], strict=True):
        if result["status"] == "rejected":  # never dropped in silence: a human mends and adds it
            add(f"{queue}.rejected", {"sent": line.decode(errors="replace"), **result})
        elif not any(is_acked(json.loads(line), ack) for ack in answer["acks"]):
            if result["status"] not in ("created", "duplicate", "held", "conflict"):
                raise ValueError(f"neither kept nor rejected: {result}")
    return done + sum(map(len, lines))


if __name__ == "__main__":
    done, wait_s = 0, 1
    while True:
        try:
            done, wait_s = send(*sys.argv[1:], done), 1
        except (OSError, ValueError, http.client.HTTPException) as error:
            asked = getattr(error, "headers", None) and error.headers.get("Retry-After")
            wait_s = max(min(2 * wait_s, 60), int(asked) if str(asked).isdigit() else 0)
            print(f"{error}: again in {wait_s} s", file=sys.stderr)
        time.sleep(wait_s)
