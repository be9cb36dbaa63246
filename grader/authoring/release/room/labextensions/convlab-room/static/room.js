// JupyterLab has no setting that opens the table of contents, so a plugin does, once.
const isNotebook = (widget) => widget?.context?.path.endsWith(".ipynb");

const contents = {
  id: "convlab-room:contents",
  description: "Opens the table of contents with the first notebook.",
  autoStart: true,
  activate: ({ shell, restored }) => {
    const open = async () => {
      const notebook = shell.currentWidget;
      if (!isNotebook(notebook)) return;
      shell.currentChanged.disconnect(open);
      await restored;
      shell.activateById("table-of-contents");
      shell.activateById(notebook.id);
    };
    shell.currentChanged.connect(open);
    open();
  },
};

// What webpack would write around it: JupyterLab asks a container for its plugins.
window._JUPYTERLAB = window._JUPYTERLAB ?? {};
window._JUPYTERLAB["convlab-room"] = {
  init: () => {},
  get: async () => () => ({ __esModule: true, default: contents }),
};
