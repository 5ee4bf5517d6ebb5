# What tests/bench/survey.py compares with: prints the seconds of each task.
suppressPackageStartupMessages(library(survey))
arguments <- commandArgs(trailingOnly = TRUE)
data <- read.csv(file.path(arguments[1], "data.csv"))
design <- svydesign(~psu, strata = ~stratum, weights = ~weight, data = data)
seconds <- function(task) as.numeric(system.time(task)["elapsed"])
cat("shares", seconds(svyby(~favourable, ~ country + wave, design, svymean, covmat = TRUE)), "\n")
cat("logit", seconds(svyglm(as.formula(arguments[2]), design, family = quasibinomial)), "\n")
