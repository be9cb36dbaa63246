"""Attacks on the host: its network, its processes, its time, memory, disk and screen."""

import errno

from attack import Attack, tries

from grader.kernel.sandbox import linux, seccomp

_REFUSED = {
    name: number
    for name in seccomp.REFUSED
    if (number := linux.number(name)) is not None
}
_CODES = (errno.EPERM, errno.ENOSYS)

NETWORK = (
    Attack(
        "tcp",
        "Connects to a server, and listens as one.",
        tries(
            "import socket\nsocket.create_connection(('127.0.0.1', @TCP@), 1)\nprint('BROKE')",
            "import socket\nsocket.create_connection(('::1', @TCP@), 1)\nprint('BROKE')",
            "import socket\nsocket.create_server(('0.0.0.0', 0))\nprint('BROKE')",
            "import urllib.request\nprint('BROKE', urllib.request.urlopen('http://127.0.0.1:@TCP@', timeout=1))",
            "import zmq\nzmq.Context().socket(zmq.PUB).bind('tcp://127.0.0.1:*')\nprint('BROKE')",
        ),
    ),
    Attack(
        "udp-and-dns",
        "Sends datagrams, and a question to a name server.",
        tries(
            "import socket\nsocket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', @UDP@))\nprint('BROKE')",
            "import socket\nprint('BROKE', socket.getaddrinfo('example.org', 80))",
            "import socket\nprint('BROKE', socket.gethostbyname('localhost.example'))",
        ),
    ),
    Attack(
        "odd-sockets",
        "Opens sockets of other families: raw, netlink, packet, vsock, Bluetooth.",
        tries(
            *(
                f"import socket\nsocket.socket({family}, {kind})\nprint('BROKE', {family})"
                for family, kind in (
                    (2, 3),
                    (16, 3),
                    (17, 3),
                    (31, 3),
                    (38, 5),
                    (40, 1),
                )
            ),
            "import socket\nsocket.socketpair(type=socket.SOCK_DGRAM)\nprint('BROKE')",
        ),
    ),
    Attack(
        "unix-sockets-of-others",
        "Connects to another program's Unix sockets, in the file system and abstract.",
        tries(
            "import socket\nsocket.socket(socket.AF_UNIX).connect('@OUTSIDE@/socket')\nprint('BROKE')",
            "import socket\nsocket.socket(socket.AF_UNIX).connect('\\0@ABSTRACT@')\nprint('BROKE')",
            "import socket\nsocket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'x', '\\0@ABSTRACT@')\nprint('BROKE')",
            "import socket\nsocket.socket(socket.AF_UNIX).bind('\\0@ABSTRACT@2')\nprint('BROKE')",
        ),
    ),
    Attack(
        "warm-socket",
        "Asks the warm process for a kernel without a sandbox.",
        tries(
            """
            import json, socket
            for path in glob.glob('@TMP@/convlab-warm-*/s'):
                asked = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                asked.connect(path)
                print('BROKE', path)
            """,
            """
            for number in map(int, os.listdir('/proc/self/fd')):
                import socket
                try:
                    found = socket.socket(fileno=os.dup(number))
                except OSError:
                    continue
                name = found.getpeername() if found.family != socket.AF_UNIX else ''
                if 'warm' in str(name) or 'warm' in str(found.getsockname()):
                    print('BROKE', found)
            """,
        ),
    ),
    Attack(
        "sockets-of-other-kernels",
        "Connects to every other kernel's sockets that it can find.",
        tries(
            """
            import socket
            own = os.path.dirname(os.environ['TMPDIR'])
            for path in glob.glob('@TMP@/**/s-*', recursive=True):
                if not path.startswith(own):
                    socket.socket(socket.AF_UNIX).connect(path)
                    print('BROKE', path)
            """,
            # Its own are out of reach as well: nothing is ever connected.
            "import socket\nsocket.socket(socket.AF_UNIX).connect(glob.glob(os.path.dirname(os.environ['TMPDIR']) + '/s-*')[0])\nprint('BROKE')",
        ),
    ),
)

PROCESSES = (
    Attack(
        "exit",
        "Ends its process at once.",
        "import os\nos._exit(0)",
        note="ended the Python process",
    ),
    Attack("sys-exit", "Leaves as a script would.", "import sys\nsys.exit(0)"),
    Attack(
        "exit-in-the-answer",
        "Ends its process when the judge asks.",
        double="import os\n\n\ndef double(x):\n    os._exit(0)",
        points=(1, 0),
        note="calling `double` ended the Python process",
    ),
    Attack(
        "kill-itself",
        "Kills its own process.",
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    ),
    Attack(
        "stop-itself",
        "Stops its own process, which then neither answers nor ends.",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\nos.kill(0, signal.SIGSTOP)",
    ),
    Attack(
        "interrupt-itself",
        "Interrupts itself, its group, and its main thread.",
        "import os, signal, _thread\n_thread.interrupt_main()\nos.kill(os.getpid(), signal.SIGINT)",
    ),
    Attack(
        "segmentation-fault",
        "Reads address 0.",
        "import ctypes\nctypes.string_at(0)",
        note="ended the Python process",
    ),
    Attack(
        "abort",
        "Aborts, in the hope of a core file.",
        "import os\nos.abort()",
        note="ended the Python process",
    ),
    Attack(
        "signals-to-others",
        "Signals its parent, another process, its group, and whatever it finds.",
        tries(
            *(
                f"os.kill(@VICTIM@, {number})\nprint('BROKE')"
                for number in ("9", "19", "2", "0")
            ),
            "os.kill(os.getppid(), 0)\nif os.getppid(): print('BROKE', os.getppid())",
            "os.kill(-1, 0)\nprint('BROKE')",
            "os.killpg(@VICTIM@, 0)\nprint('BROKE')",
            """
            seen = {int(p) for p in os.listdir('/proc') if p.isdigit()}
            for pid in seen | set(range(1, 20000)):
                if pid == os.getpid():
                    continue
                try:
                    os.kill(pid, 0)
                except OSError:
                    continue
                print('BROKE', pid)
            """,
            "import ctypes\nlibc = ctypes.CDLL(None)\nif libc.syscall(200, @VICTIM@, 0) == 0: print('BROKE tkill')",
            "fd = os.pidfd_open(@VICTIM@)\nprint('BROKE', fd)",
        ),
    ),
    Attack(
        "spy-on-others",
        "Lists, traces, reads and slows down other processes.",
        tries(
            "print('BROKE', open('/proc/@VICTIM@/cmdline').read())",
            "print('BROKE', open('/proc/@VICTIM@/environ').read())",
            "print('BROKE', os.readlink('/proc/@VICTIM@/cwd'))",
            "import ctypes\nlibc = ctypes.CDLL(None)\nif libc.ptrace(16, @VICTIM@, 0, 0) == 0: print('BROKE ptrace')",
            "import resource\nresource.prlimit(@VICTIM@, resource.RLIMIT_NOFILE, (9, 9))\nprint('BROKE')",
            "os.setpriority(os.PRIO_PROCESS, @VICTIM@, 19)\nif os.getpriority(os.PRIO_PROCESS, @VICTIM@) == 19: print('BROKE')",
        ),
    ),
    Attack(
        "fork-bomb",
        "Starts children that start children.",
        tries(
            """
            for _ in range(6):
                if os.fork() == 0:
                    os.setsid()
                    import time
                    time.sleep(20)
                    os._exit(0)
                print('BROKE fork')
            """,
            "import subprocess\nprint('BROKE', subprocess.run(['/bin/sleep', '0']))",
            "print('BROKE', os.system('true')) if os.system('true') == 0 else None",
            "os.posix_spawn('/bin/true', ['true'], {})\nprint('BROKE')",
            "import multiprocessing\nmultiprocessing.get_context('fork').Process(target=print).start()\nprint('BROKE')",
            "import ctypes\nlibc = ctypes.CDLL(None)\npid = libc.vfork()\nif pid == 0: os._exit(0)\nif pid > 0: print('BROKE')",
        ),
    ),
    Attack(
        "other-program",
        "Replaces its process by another program.",
        tries("os.execv('/bin/sleep', ['sleep', '60'])"),
    ),
    Attack(
        "thread-bomb",
        "Starts 600 threads that sleep.",
        """
import threading, time
for _ in range(600):
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
time.sleep(1)
print("BROKE")
""",
        note="threads",
    ),
    Attack(
        "every-refused-call",
        "Makes every system call that is refused, whatever became of those before.",
        f"""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for name, number in {_REFUSED}.items():
    if libc.syscall(number, 0, 0, 0, 0, 0, 0) != -1 or ctypes.get_errno() not in {_CODES}:
        print("BROKE", name)
""",
    ),
    Attack(
        "namespaces-and-mounts",
        "Makes namespaces of its own, mounts, changes its root and its user.",
        tries(
            "import ctypes\nif ctypes.CDLL(None).unshare(0x10000000) == 0: print('BROKE unshare')",
            "import ctypes\nif ctypes.CDLL(None).mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0: print('BROKE mount')",
            "import ctypes\nif ctypes.CDLL(None).umount2(b'/proc', 2) == 0: print('BROKE umount')",
            "os.chroot('.')\nprint('BROKE')",
            "import socket\nsocket.sethostname('x')\nprint('BROKE')",
            "import time\ntime.clock_settime(time.CLOCK_REALTIME, 1)\nprint('BROKE')",
            "import ctypes\nif ctypes.CDLL(None).reboot(0) == 0: print('BROKE reboot')",
        ),
    ),
)

BOMBS = (
    Attack(
        "memory-python",
        "Fills memory with lists.",
        "kept = []\nfor _ in range(60):\n    kept.append(bytearray(2**24))\nprint('BROKE')",
    ),
    Attack(
        "memory-numpy",
        "Fills memory with an array.",
        "import numpy as np\nkept = np.ones(2**27)\nprint('BROKE')",
    ),
    Attack(
        "memory-shared",
        "Fills memory that is shared with nobody, which other counts leave out.",
        """
import mmap, time
kept = mmap.mmap(-1, 2**30)
for start in range(0, 2**30, 2**24):
    kept[start : start + 2**24] = b"x" * 2**24
    time.sleep(0.01)
print("BROKE")
""",
    ),
    Attack(
        "memory-file",
        "Fills files that exist in memory only.",
        """
import os, time
kept = []
for number in range(40):
    kept.append(os.memfd_create(str(number)))
    os.write(kept[-1], bytes(2**24))
    time.sleep(0.02)
time.sleep(1)
print("BROKE")
""",
    ),
    Attack(
        "disk-one-file",
        "Writes one large file.",
        "with open('big', 'wb') as file:\n    for _ in range(40):\n        file.write(bytes(2**22))\nprint('BROKE')",
    ),
    Attack(
        "disk-many-files",
        "Writes many small files.",
        """
import time
for number in range(10_000):
    open(f"small-{number}", "w").write("x")
time.sleep(1.5)
print("BROKE")
""",
        note="more than",  # disk; on a slow one, its time is over first
    ),
    Attack(
        "disk-deleted-files",
        "Writes files that it deletes while they are open, so that no name leads there.",
        """
import os, time
kept = []
for number in range(8):
    kept.append(open(f"gone-{number}", "wb"))
    os.unlink(f"gone-{number}")
    kept[-1].write(bytes(2**24))
    kept[-1].flush()
time.sleep(1.5)
print("BROKE")
""",
        note="MB of disk",
    ),
    Attack(
        "disk-mapped-files",
        "Writes files that it deletes and closes, but keeps mapped.",
        """
import mmap, os, time
kept = []
for number in range(8):
    with open(f"gone-{number}", "w+b") as file:
        file.write(bytes(2**24))
        kept.append(mmap.mmap(file.fileno(), 0))
    os.unlink(f"gone-{number}")
time.sleep(1.5)
print("BROKE")
""",
        note="MB of disk",
    ),
    Attack(
        "output-print",
        "Prints a gigabyte, line by line.",
        "for _ in range(2**20):\n    print('x' * 1000)\nprint('BROKE')",
        note="printed more than",
    ),
    Attack(
        "output-one-string",
        "Prints 10 MB at once.",
        "print('x' * 10_000_000)",
        note="printed more than",
    ),
    Attack(
        "output-one-word",
        "Prints a word of 900,000 letters, which slow searches read again from each.",
        "print('x' * 900_000)",
    ),
    Attack(
        "output-overwritten",
        "Prints a line that is written over 200,000 times.",
        "print('x\\r' * 200_000)",
    ),
    Attack(
        "output-display",
        "Shows large pictures without end.",
        """
from IPython.display import display
for _ in range(1000):
    display({"image/png": "A" * 2_000_000}, raw=True)
print("BROKE")
""",
        note="printed more than",
    ),
    Attack(
        "output-stderr",
        "Writes errors without end.",
        "import sys\nwhile True:\n    sys.stderr.write('x' * 10_000)",
        note="printed more than",
    ),
    Attack(
        "output-result",
        "Ends a cell with a value whose text is 10 MB.",
        "'x' * 10_000_000",
        note="printed more than",
    ),
    Attack(
        "output-after-the-cell",
        "Prints on in a thread when the cell is over.",
        """
import threading, time
def flood():
    for _ in range(2000):
        print("x" * 20_000)
        time.sleep(0.001)
threading.Thread(target=flood, daemon=True).start()
""",
    ),
    Attack(
        "output-to-file-descriptors",
        "Writes to the descriptors of the terminal and to every open file.",
        tries(
            """
            for number in range(3):
                os.write(number, b'INJECTED' * 1000)
            """,
            "open('/dev/tty', 'w').write('INJECTED')",
        ),
    ),
    Attack(
        "recursion",
        "Recurses for ever, with the limit taken away.",
        "import sys\nsys.setrecursionlimit(10**8)\ndef f(): f()\nf()",
        note="replaced",
    ),
    Attack(
        "endless-python",
        "Never ends, in Python.",
        "while True:\n    pass",
        note="took more than",
    ),
    Attack(
        "endless-regex",
        "Never ends, in the regular expressions' C code.",
        "import re\nre.match(r'(a+)+$', 'a' * 60 + 'b')",
        note="took more than",
    ),
    Attack(
        "endless-integer",
        "Computes a power with millions of digits, which C code does not interrupt.",
        "x = 7 ** (9 ** 8)\nx = x ** 3",
        note="took more than",
    ),
    Attack(
        "endless-numpy",
        "Sorts and multiplies in NumPy's C code.",
        "import numpy as np\na = np.ones((1000, 1000))\nwhile True:\n    a = a @ a / 1000",
        note="took more than",
    ),
    Attack(
        "sleep",
        "Sleeps.",
        "import time\ntime.sleep(1000)",
        note="took more than",
    ),
    Attack(
        "swallowed-interrupt",
        "Catches every interrupt and goes on.",
        "import time\nwhile True:\n    try:\n        time.sleep(1)\n    except BaseException:\n        pass",
        note="could not be stopped",
    ),
    Attack(
        "ignored-interrupt",
        "Ignores the signal of an interrupt, and blocks all signals.",
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True:\n    pass",
        note="could not be stopped",
    ),
    Attack(
        "sleep-in-the-answer",
        "Sleeps when the judge asks, and swallows the interrupt.",
        double="""
import time


def double(x):
    while True:
        try:
            time.sleep(1)
        except BaseException:
            pass
""",
        points=(1, 0),
    ),
)
ATTACKS = NETWORK + PROCESSES + BOMBS
