// Takes keyboard and screen reader to the summary of what went wrong.
document.querySelector("[data-takes-focus]")?.focus();
