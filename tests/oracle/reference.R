# Computes with R's survey and brglm2 what the tests expect of wavebook.survey. Run by `make oracle`; writes reference.json.
suppressPackageStartupMessages({ library(survey); library(brglm2) })
options(digits = 17, survey.lonely.psu = "adjust")

out <- list()
number <- function(x) ifelse(is.na(x), "null", sprintf("%.17g", x))
put <- function(key, values) out[[key]] <<- sprintf("%s: [%s]", dQuote(key, FALSE), paste(number(as.vector(values)), collapse = ", "))

read <- function(name) read.csv(paste0(name, ".csv"), stringsAsFactors = FALSE)

interval <- function(key, design) {
  p <- svymean(~favourable, design, na.rm = TRUE)
  v <- as.numeric(vcov(p)); m <- as.numeric(coef(p)); df <- degf(design); t <- qt(.975, df)
  put(paste0(key, ".mean"), c(m, sqrt(v), df))
  put(paste0(key, ".logit"), attr(svyciprop(~favourable, design, method = "xlogit", na.rm = TRUE), "ci"))
  put(paste0(key, ".beta"), attr(svyciprop(~favourable, design, method = "beta", na.rm = TRUE), "ci"))
  n <- m * (1 - m) / v
  put(paste0(key, ".wilson"), (m + t^2 / (2 * n) + c(-1, 1) * t * sqrt(m * (1 - m) / n + t^2 / (4 * n^2))) / (1 + t^2 / n))
  put(paste0(key, ".deff"), deff(svymean(~favourable, subset(design, !is.na(favourable)), deff = "replace")))
}

domains <- function(key, design) {
  by <- svyby(~favourable, ~group, subset(design, !is.na(favourable)), svymean, covmat = TRUE)
  put(paste0(key, ".domains"), coef(by))
  put(paste0(key, ".domains.cov"), vcov(by))
  put(paste0(key, ".domains.df"), sapply(names(coef(by)), function(g) degf(subset(design, group == g))))
}

independence <- function(key, design) {
  test <- svychisq(~favourable + group, design, statistic = "F")
  put(paste0(key, ".independence"), c(test$statistic, test$parameter, test$p.value))
}

formula <- favourable ~ age + television + factor(ethnic) + factor(sex) + age:television
regression <- function(key, design) {
  fit <- svyglm(formula, design, family = quasibinomial, epsilon = 1e-30, maxit = 100)
  put(paste0(key, ".logit.coef"), coef(fit))
  put(paste0(key, ".logit.cov"), vcov(fit))
  put(paste0(key, ".logit.df"), fit$df.residual)
  # Average marginal effects with the full linearised standard error.
  d <- subset(design, !is.na(favourable)); frame <- model.frame(d); w <- weights(d, "sampling"); W <- sum(w)
  x <- model.matrix(formula, frame); b <- coef(fit); mu <- as.vector(plogis(x %*% b))
  score <- x * (frame$favourable - mu) * w
  bread <- solve(t(x * (w * mu * (1 - mu))) %*% x)
  influence <- score %*% bread
  variance <- function(z) svyrecvar(cbind(z), d$cluster, d$strata, d$fpc, postStrata = d$postStrata)
  effect <- function(values, gradient) {
    estimate <- sum(w * values) / W
    c(estimate, sqrt(variance((values - estimate) * w / W + influence %*% (colSums(w * gradient) / W))))
  }
  along <- x; along[] <- 0; along[, "age"] <- 1; along[, "age:television"] <- frame$television
  rate <- as.vector(along %*% b)
  put(paste0(key, ".ame.age"), effect(mu * (1 - mu) * rate, along * (mu * (1 - mu)) + x * (mu * (1 - mu) * (1 - 2 * mu) * rate)))
  set <- function(name, value) { f <- frame; f[[name]] <- value; model.matrix(formula, f, xlev = list("factor(ethnic)" = c("Kazakh", "other", "Russian"))) }
  at <- function(ethnic) { f <- frame; f$ethnic <- factor(ethnic, levels = sort(unique(frame$ethnic))); model.matrix(favourable ~ age + television + ethnic + factor(sex) + age:television, f) }
  base <- at("Kazakh")
  for (level in c("Russian", "other")) {
    there <- at(level); m0 <- as.vector(plogis(base %*% b)); m1 <- as.vector(plogis(there %*% b))
    put(paste0(key, ".ame.ethnic.", level), effect(m1 - m0, there * (m1 * (1 - m1)) - base * (m0 * (1 - m0))))
    put(paste0(key, ".margin.ethnic.", level), effect(m1, there * (m1 * (1 - m1))))
  }
}

# Firth's penalised likelihood, and the design's variance of the penalised scores: no less than of independent respondents.
firth <- function(key, design, outcome) {
  d <- design[!is.na(design$variables[[outcome]]) & weights(design, "sampling") > 0, ]
  frame <- model.frame(d); weight <- weights(d, "sampling"); frame$w <- weight / mean(weight[weight > 0])
  of <- update(formula, as.formula(paste(outcome, "~ .")))
  x <- model.matrix(of, frame); y <- frame[[outcome]]; w <- frame$w
  kept <- w > 0  # a calibrated design keeps the rows that it leaves out
  fit <- suppressWarnings(glm(of, binomial, frame[kept, ], weights = w, method = brglmFit, type = "AS_mean",
    epsilon = 1e-14, maxit = 10000, slowit = 1))
  b <- coef(fit); mu <- as.vector(plogis(x %*% b)); v <- w * mu * (1 - mu)
  bread <- solve(t(x * v) %*% x); h <- v * rowSums((x %*% bread) * x)
  covariance <- svyrecvar((x * (w * (y - mu) + h * (0.5 - mu))) %*% bread, d$cluster, d$strata, d$fpc, postStrata = d$postStrata)
  least <- diag(bread %*% (t(x * (w^2 * mu * (1 - mu))) %*% x) %*% bread)
  put(paste0(key, ".firth.", outcome, ".coef"), b)
  put(paste0(key, ".firth.", outcome, ".cov"), covariance + diag(pmax(0, least - diag(covariance))))
}

# svyolr's optimiser stops where the likelihood moves no more, at about eight digits. Newton's steps from there with its own
# second derivatives find the maximum, at which svyolr is asked once more, without a step of its own.
ordered <- function(key, design) {
  design <- update(design, answer = factor(answer))
  of <- answer ~ age + television + factor(ethnic) + factor(sex) + age:television
  fit <- svyolr(of, design)
  d <- subset(design, !is.na(answer)); frame <- model.frame(d); w <- weights(d, "sampling")
  x <- model.matrix(of, frame)[, -1]; y <- as.integer(frame$answer); q <- nlevels(frame$answer) - 1
  score <- function(b) {
    theta <- c(-Inf, b[ncol(x) + 1:q], Inf); eta <- as.vector(x %*% b[1:ncol(x)])
    high <- theta[y + 1] - eta; low <- theta[y] - eta; p <- plogis(high) - plogis(low)
    slopes <- outer(y, 1:q, "==") * dlogis(high) - outer(y, 1:q + 1, "==") * dlogis(low)
    colSums(w / p * cbind(-x * (dlogis(high) - dlogis(low)), slopes))
  }
  control <- list(maxit = 0, ndeps = 1e-5 / c(apply(abs(x), 2, max), rep(1, q)))  # steps for its second derivatives
  for (step in 1:6) {
    b <- c(coef(fit, intercepts = TRUE)) + solve(fit$Hessian, score(coef(fit, intercepts = TRUE)))
    theta <- b[ncol(x) + 1:q]
    fit <- svyolr(of, design, start = c(b[1:ncol(x)], theta[1], log(diff(theta))), control = control)
  }
  put(paste0(key, ".ordinal.coef"), coef(fit, intercepts = TRUE))
  put(paste0(key, ".ordinal.cov"), vcov(fit))
  put(paste0(key, ".ordinal.df"), fit$df.residual)
}

models <- function(key, design) {
  regression(key, design); firth(key, design, "favourable"); firth(key, design, "alike"); ordered(key, design)
}

all <- function(key, design) {
  interval(key, design); domains(key, design); independence(key, design); models(key, design)
}

clustered <- svydesign(~psu, strata = ~stratum, weights = ~weight, data = read("clustered"))
all("clustered", clustered)
all("domain", subset(clustered, sex == "female" | age > 30))
weighted <- svydesign(~1, weights = ~weight, data = read("clustered"))
all("weights", weighted)
rare <- svymean(~rare, clustered)
put("rare.beta", attr(svyciprop(~rare, clustered, method = "beta"), "ci"))
put("rare.logit", attr(svyciprop(~rare, clustered, method = "xlogit"), "ci"))

elements <- svydesign(~1, strata = ~stratum, fpc = ~size, weights = ~weight, data = read("elements"))
all("elements", elements)
implied <- svydesign(~1, strata = ~stratum, fpc = ~size, data = read("elements"))
interval("implied", implied)

two <- svydesign(~psu + person, fpc = ~psus + people, data = read("two-stage"))
all("two-stage", two)

for (rule in c("remove", "certainty", "adjust", "average")) {
  options(survey.lonely.psu = rule)
  lonely <- svydesign(~psu, strata = ~stratum, weights = ~weight, data = read("lonely"))
  interval(paste0("lonely.", rule), lonely)
  domains(paste0("lonely.", rule), lonely)
}
options(survey.lonely.psu = "adjust")

# Raking: R's calibrate with the raking distance, whose variance residualises with the base weights.
raked <- calibrate(clustered, ~ factor(sex) + factor(group),
  c("(Intercept)" = 10000, "factor(sex)male" = 4800, "factor(group)30-44" = 3000, "factor(group)45-59" = 2600,
    "factor(group)60+" = 2400),
  calfun = "raking", epsilon = 1e-13, maxit = 500)
put("raked.weights", weights(raked))
# Rows that a calibrated design leaves out stay in it with weight 0, and their outcome must be a number.
kept <- function(name) {
  d <- raked[!is.na(raked$variables[[name]]), ]
  d$variables[[name]] <- ifelse(is.na(d$variables[[name]]), 1, d$variables[[name]])
  d
}
firth("raked", kept("alike"), "alike")
ordered("raked", kept("answer"))
raked <- kept("favourable")
interval("raked", raked)
by <- svyby(~favourable, ~group, raked, svymean)
put("raked.domains", coef(by))
put("raked.domains.se", SE(by))
regression("raked", raked)

# A jackknife about the estimate of the whole sample.
options(survey.replicates.mse = TRUE)
jackknife <- as.svrepdesign(clustered, type = "JKn")
put("jkn.mean", c(coef(svymean(~rare, jackknife)), SE(svymean(~rare, jackknife))))

cat("{\n", paste(unlist(out), collapse = ",\n"), "\n}\n", sep = "", file = "reference.json")
