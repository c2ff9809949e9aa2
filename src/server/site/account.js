// The two links that a server prints or an administrator hands on: enrolling, and a new password. Their
// token stands behind the # of the address, so that no log has it.
"use strict";

const forms = {
  "/register": {
    form: "register",
    path: "/api/v1/registration",
    body: (fields, token) => ({
      username: fields.get("username"),
      email: fields.get("email") || null,
      password: fields.get("password"),
      invitation: token || null,
    }),
    done: "Account created. A program signs in with it, or uses an API token of yours.",
  },
  "/reset-password": {
    form: "reset-password",
    path: "/api/v1/password-reset",
    body: (fields, token) => ({ token, password: fields.get("password") }),
    done: "The password was changed.",
  },
};

const page = forms[location.pathname.replace(/\.html$/, "")];
if (page) {
  const form = document.getElementById(page.form);
  const status = form.querySelector("[role=status]");
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  document.getElementById("welcome").hidden = true;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    status.className = "";
    status.textContent = "One moment.";
    let text = "The server does not answer.";
    let isDone = false;
    try {
      const answer = await fetch(page.path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(page.body(new FormData(form), token)),
      });
      isDone = answer.ok;
      text = isDone ? page.done : (await answer.json()).detail;
    } catch {
      // What is told above.
    }
    status.className = isDone ? "good" : "bad";
    status.textContent = text;
    button.disabled = isDone;
  });
}
