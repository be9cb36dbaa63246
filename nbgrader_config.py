"""nbgrader's settings: solutions/ is released to labs/. Each line answers a known trap."""

from grader.course import nbgrader_steps, sanitise

c = get_config()  # nbgrader provides it

c.CourseDirectory.course_id = "convlab"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "labs"
c.CourseDirectory.ignore.append(".convlab-progress.json")  # the student's own
c.Exchange.root = "exchange"

c.ClearSolutions.code_stub = {"python": "raise NotImplementedError  # your code here"}
c.OverwriteCells.add_missing_cells = True
# Nobody skips a check cell by tagging it, and nobody loses points to a warning.
c.Execute.skip_cells_with_tag = ""
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = "."
c.Execute.timeout = 120
c.Execute.iopub_timeout = 60  # a busy machine's outputs come late, and are not lost
c.Execute.shutdown_kernel = "immediate"
c.GenerateFeedback.exporter_class = "grader.reports.feedback_page.FeedbackExporter"
c.GenerateFeedback.preprocessors = []
# What formgrader shows of a student's work is inert.
c.HTMLExporter.update(sanitize_html=True, exclude_anchor_links=True)
c.HTMLExporter.filters = sanitise.FILTERS

c.Autograde.exporter_class = "grader.course.nbgrader_steps.ReadingExporter"
c.Autograde.sanitize_preprocessors = nbgrader_steps.SANITIZE_STEPS
c.Autograde.autograde_preprocessors = nbgrader_steps.AUTOGRADE_STEPS

# Secret seeds that a lab's inputs are drawn from: right answers are computed once for each.
c.Grading.secret_seeds = 4
# Submissions with the same code under the same seed are run and judged once.
c.Grading.judge_twins_once = True

# When labs are due, as {"lab01": "2026-10-05 23:59 +0200"}, and which part of the points
# each day after that costs.
c.AssignLatePenalties.plugin_class = "grader.course.late.Late"
c.Late.due = {}
c.Late.penalty_per_day = 0.0

# Where the files of `convlab release` lie, such as "https://example.org/course": Colab and
# Kaggle install the checks from there.
c.Release.address = ""
# Whether checks note beside the notebook, without names, which hint mended which mistake.
c.Release.attempts = False
# Whether students get a model answer once they have written theirs (what counts in one
# they get in any case): with it, points by hand are for what anybody can copy.
c.Release.model_answers = False

# What one submission may use in `convlab grade` (grader/kernel/limits.py has all names),
# and what its sandbox has to promise (by default everything that `convlab doctor` lists).
c.Limits.cell_seconds = 120
c.Limits.memory_mb = 2048
