"""Attacks on what lies outside: to read it, or to change it."""

from attack import Attack, tries

_EXERCISES = "pathlib.Path(sys.modules['grader'].__file__).parent / 'exercises'"
# What the attacks look for; a test holds that it is there.
ANSWERS = "lab00_how_grading_works/double.py"

READING = (
    Attack(
        "read-solutions",
        "Reads the solved lab and its script.",
        tries(
            "print('BROKE', os.listdir('@COURSE@'))",
            "print('BROKE', open('@COURSE@/solutions/lab00_how_grading_works.py').read())",
            "print('BROKE', glob.glob('@COURSE@/solutions/*/*')[0])",
            "print('BROKE', os.listdir('@COURSE@/solutions/lab00_how_grading_works'))",
        ),
    ),
    Attack(
        "read-gradebook",
        "Opens the gradebook, as a file and as a database.",
        tries(
            "print('BROKE', open('@COURSE@/gradebook.db', 'rb').read(16))",
            """
            import sqlite3
            base = sqlite3.connect('file:@COURSE@/gradebook.db?mode=ro', uri=True)
            print('BROKE', base.execute('select * from student').fetchall())
            """,
        ),
    ),
    Attack(
        "read-journal-and-seed",
        "Reads the secret seed and the journal of who got what.",
        tries(
            "print('BROKE', open('@COURSE@/.convlab/seed').read())",
            "print('BROKE', os.listdir('@COURSE@/.convlab'))",
            "print('BROKE', [open(p).read() for p in glob.glob('@COURSE@/.convlab/journal/*/*/*')][0])",
        ),
    ),
    Attack(
        "read-others",
        "Reads what others handed in, and the folders in which their code runs now.",
        tries(
            "print('BROKE', os.listdir('@COURSE@/submitted'))",
            "print('BROKE', open('@COURSE@/submitted/all-right/@STEM@/@STEM@.ipynb').read())",
            """
            mine = os.environ['TMPDIR'], os.getcwd()
            for path in glob.glob('@TMP@/**', recursive=True):
                if path != '@TMP@/' and not any(
                    m.startswith(path) or path.startswith(os.path.dirname(m)) for m in mine
                ):
                    print('BROKE', path)
            """,
        ),
    ),
    Attack(
        "read-environment",
        "Looks for secrets of the instructor in every environment it can see.",
        tries(
            "print(dict(os.environ))\nif 'INSTRUCTOR_TOKEN' in os.environ: print('BROKE')",
            """
            for path in glob.glob('/proc/[0-9]*/environ') + ['/proc/self/environ']:
                try:
                    text = open(path, 'rb').read()
                except OSError:
                    continue
                if b'INSTRUCTOR_TOKEN' in text:
                    print('BROKE', path)
            """,
            "print('BROKE' if any('CONVLAB_S' in name for name in os.environ) else '')",
        ),
    ),
    Attack(
        "import-exercises",
        "Imports the reference answers in five ways.",
        tries(
            "import grader.exercises.lab00_how_grading_works.double as m\nprint('BROKE', m)",
            "import importlib\nprint('BROKE', importlib.import_module('grader.exercises.lab00_how_grading_works.double'))",
            "from grader import exercises\nprint('BROKE', exercises.of_lab('lab00'))",
            "from grader import exercises\nprint('BROKE', exercises.get('lab00.double').reference)",
            f"""
            import importlib.util
            path = str({_EXERCISES} / '{ANSWERS}')
            spec = importlib.util.spec_from_file_location('x', path)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            print('BROKE', module.EXERCISE)
            """,
            "from grader.notebook.check import verdict_on\nprint('BROKE', verdict_on('lab00.double', {}))",
        ),
    ),
    Attack(
        "open-exercises",
        "Opens the reference answers by every path that leads to them.",
        tries(
            f"print('BROKE', [p.read_text() for p in ({_EXERCISES}).glob('lab*/*.py')][0])",
            f"print('BROKE', [p.read_bytes() for p in ({_EXERCISES}).rglob('*.pyc')][0][:9])",
            f"print('BROKE', open('/proc/self/root' + str({_EXERCISES} / '{ANSWERS}')).read())",
            f"print('BROKE', open('/proc/1/root' + str({_EXERCISES} / '{ANSWERS}')).read())",
            f"print('BROKE', open('/proc/self/cwd/../../../../../../..' + str({_EXERCISES} / '{ANSWERS}')).read())",
            f"os.symlink({_EXERCISES}, 'way')\nprint('BROKE', open('way/{ANSWERS}').read())",
            f"os.link({_EXERCISES} / '{ANSWERS}', 'hard')\nprint('BROKE', open('hard').read())",
            f"""
            folder = os.open({_EXERCISES}, os.O_RDONLY | os.O_DIRECTORY)
            file = os.open('{ANSWERS}', os.O_RDONLY, dir_fd=folder)
            print('BROKE', os.read(file, 99))
            """,
            f"import inspect, linecache\nprint('BROKE', linecache.getlines(str({_EXERCISES} / '{ANSWERS}'))[0])",
        ),
    ),
    Attack(
        "exercises-in-memory",
        "Looks for reference answers in sys.modules and among all objects.",
        tries(
            "print('BROKE', [m for m in sys.modules if m.startswith('grader.exercises.lab')][0])",
            """
            import gc
            names = {'Exercise', 'Case', 'LiveAnswers', 'Mistake'}
            print('BROKE', [o for o in gc.get_objects() if type(o).__name__ in names][0])
            """,
        ),
    ),
    Attack(
        "secrets-in-memory",
        "Searches its whole memory for the seed, the exercises and other secrets.",
        tries(
            """
            wanted = [bytes.fromhex(text) for text in '@HEXMARKS@'.split()]
            own = {id(mark) + 32 for mark in wanted}
            with open('/proc/self/maps') as maps, open('/proc/self/mem', 'rb', 0) as memory:
                for line in maps:
                    where, rights, *_, inode = line.split()[:5]
                    first, last = (int(side, 16) for side in where.split('-'))
                    if 'rw' not in rights or inode != '0':
                        continue
                    for start in range(first, last, 2**23):
                        try:
                            memory.seek(start)
                            part = memory.read(min(2**23 + 99, last - start))
                        except (OSError, ValueError, OverflowError):
                            break
                        for mark in wanted:
                            found = part.find(mark)
                            if found >= 0 and start + found not in own:
                                print('BROKE', mark)
            print('searched')
            """,
        ),
    ),
    Attack(
        "secret-inputs-by-frames",
        "Walks up the call stack to the judge, to find what is expected.",
        double="""
def double(x):
    import gc, sys
    frame, found = sys._getframe(1), []
    while frame is not None:
        for space in (frame.f_locals, frame.f_globals):
            for name in ("expected", "right", "answers", "reference", "seed", "solutions"):
                if name in space:
                    found.append(space[name])
        frame = frame.f_back
    for value in found:
        if isinstance(value, type(x)):
            return value
    raise ValueError("nothing found")
""",
        points=(1, 0),
    ),
    Attack(
        "read-the-host",
        "Reads what every user of the host could read.",
        tries(
            "print('BROKE', open('/etc/passwd').read())",
            "print('BROKE', open('/etc/hostname').read())",
            "print('BROKE', os.listdir('/root'))",
            "print('BROKE', os.listdir('/home'))",
            "print('BROKE', os.listdir('/var/log'))",
            "print('BROKE', open('/proc/kmsg').read(1))",
            "print('BROKE', open('@OUTSIDE@/secret').read())",
        ),
    ),
    Attack(
        "inherited-files",
        "Reads from every file it has open, which must all be its own.",
        tries(
            """
            for number in os.listdir('/proc/self/fd'):
                try:
                    target = os.readlink(f'/proc/self/fd/{number}')
                except OSError:
                    continue
                if target.startswith('/') and not target.startswith(('/dev', '/proc')):
                    print('BROKE', target)
            """
        ),
    ),
)

WRITING = (
    Attack(
        "write-course",
        "Writes into the solutions, the labs, submissions, seed, journal and gradebook.",
        tries(
            "open('@COURSE@/solutions/@STEM@.py', 'a').write('#')\nprint('BROKE')",
            "open('@COURSE@/labs/new', 'w').write('#')\nprint('BROKE')",
            "open('@COURSE@/submitted/all-right/@STEM@/@STEM@.ipynb', 'w').write('#')\nprint('BROKE')",
            "open('@COURSE@/.convlab/seed', 'w').write('1')\nprint('BROKE')",
            "open('@COURSE@/gradebook.db', 'r+b').write(b'x')\nprint('BROKE')",
            "os.makedirs('@COURSE@/.convlab/journal/x')\nprint('BROKE')",
            "open('@OUTSIDE@/new', 'w').write('x')\nprint('BROKE')",
        ),
    ),
    Attack(
        "write-grader",
        "Changes the grader, a library of Python's, and compiled code.",
        tries(
            f"open({_EXERCISES} / '{ANSWERS}', 'a').write('#')\nprint('BROKE')",
            "open(sys.modules['grader'].__file__, 'a').write('#')\nprint('BROKE')",
            "import json\nopen(json.__file__, 'a').write('#')\nprint('BROKE')",
            "import json\nopen(json.__cached__, 'a').write('#')\nprint('BROKE')",
            "open(os.path.join(sys.prefix, 'new'), 'w').write('#')\nprint('BROKE')",
            "import site\nopen(site.getsitepackages()[0] + '/x.pth', 'w').write('import os')\nprint('BROKE')",
        ),
    ),
    Attack(
        "rename-and-remove",
        "Removes, renames, links and truncates what is not its own.",
        tries(
            "os.unlink('@OUTSIDE@/secret')\nprint('BROKE')",
            "os.rename('@OUTSIDE@/secret', 'mine')\nprint('BROKE')",
            "os.rename('@OUTSIDE@', '@OUTSIDE@2')\nprint('BROKE')",
            "os.truncate('@OUTSIDE@/secret', 0)\nprint('BROKE')",
            "os.symlink('/etc', '@OUTSIDE@/link')\nprint('BROKE')",
            "os.link('@OUTSIDE@/secret', 'mine')\nprint('BROKE')",
            "import shutil\nshutil.rmtree('@COURSE@/submitted')\nprint('BROKE')",
        ),
    ),
    Attack(
        "change-modes-and-times",
        "Changes mode, owner, times and attributes of files outside.",
        tries(
            "os.chmod('@OUTSIDE@/secret', 0o777)",
            "os.chown('@OUTSIDE@/secret', 1, 1)",
            "os.utime('@OUTSIDE@/secret', (1, 1))",
            "os.setxattr('@OUTSIDE@/secret', 'user.x', b'1')",
            "os.chmod('@COURSE@/.convlab/seed', 0o777)",
        ),
    ),
    Attack(
        "sql-update",
        "Gives itself full points in the gradebook.",
        tries(
            """
            import sqlite3
            base = sqlite3.connect('@COURSE@/gradebook.db', timeout=1)
            base.execute('update grade set auto_score = 9, manual_score = 9')
            base.commit()
            print('BROKE')
            """
        ),
        solved=False,
        points=(0, 0),
    ),
    Attack(
        "links-for-the-cleaner",
        "Fills its folders with links to the course, then crashes so that they are emptied.",
        tries(
            """
            for where in (os.getcwd(), os.environ['TMPDIR'], os.path.dirname(os.environ['TMPDIR'])):
                for number, target in enumerate(
                    ('@COURSE@', '@COURSE@/submitted', '@OUTSIDE@', '@OUTSIDE@/secret', '/')
                ):
                    os.symlink(target, f'{where}/link-{number}')
            """,
            "os.rename(os.environ['TMPDIR'], os.environ['TMPDIR'] + '-old')",
            "os.symlink('@COURSE@', os.environ['TMPDIR'])",
            "os._exit(0)",
        ),
        note="ended the Python process",
    ),
    Attack(
        "deep-folders",
        "Nests folders thousands deep, so that whoever measures or removes them breaks.",
        """
import os
for start in (os.environ["TMPDIR"], os.getcwd()):
    os.chdir(start)
    for _ in range(3000):
        os.mkdir("d")
        os.chdir("d")
    open("file", "w").write("x")
    os.chdir(start)
import time
time.sleep(1.2)
""",
    ),
    Attack(
        "unreadable-folders",
        "Hides files in folders that their owner may not list.",
        """
import os
for start in (os.environ["TMPDIR"], os.getcwd()):
    os.mkdir(f"{start}/closed", 0o300)
    open(f"{start}/closed/file", "w").write("x")
""",
    ),
    Attack(
        "own-connection-file",
        "Overwrites the connection file of its own kernel, and its own sockets.",
        tries(
            """
            scratch = os.path.dirname(os.environ['TMPDIR'])
            for name in os.listdir(scratch):
                path = os.path.join(scratch, name)
                if not os.path.isdir(path):
                    os.unlink(path)
            open(scratch + '/connection.json', 'w').write('{"ip": "@OUTSIDE@/socket"}')
            """
        ),
    ),
)
ATTACKS = READING + WRITING
