# Golden values for core/statistics/max-t.ts: step-down maxT of families of pairs, by R's multtest.
# Debian: apt-get install r-bioc-multtest. Then: Rscript test/golden/max_t.R test/golden/max-t.json
suppressMessages(library(multtest))
set.seed(2308)

# a pair without variance has no statistic
number <- function(x) ifelse(is.na(x), "null", formatC(x, digits = 17, format = "g"))
list_of <- function(x) paste0("[", paste(x, collapse = ","), "]")

# scores: one column per arm. Every two arms are a pair; differences are second minus first.
family <- function(name, scores, B) {
  pairs <- combn(ncol(scores), 2)
  # a row per pair, two columns per example; multtest takes the column of class 1 minus that of class 0
  table <- t(apply(pairs, 2, function(p) as.vector(rbind(scores[, p[1]], scores[, p[2]]))))
  found <- mt.maxT(table, rep(0:1, nrow(scores)), test = "pairt", side = "abs", B = B)
  found <- found[order(found$index), ]
  paste0(
    '{"name":"', name, '","draws":', B, ',"scores":', list_of(apply(scores, 1, function(row) list_of(number(row)))),
    ',"pairs":', list_of(apply(pairs - 1, 2, list_of)),
    ',"t":', list_of(number(found$teststat)), ',"pValue":', list_of(number(found$rawp)),
    ',"pAdjusted":', list_of(number(found$adjp)), "}"
  )
}

normal <- function(n, shifts, noise) round(rnorm(n) + outer(rep(1, n), shifts) + matrix(rnorm(n * length(shifts), sd = noise), n), 6)
right <- function(n, shifts) 1 * (normal(n, shifts, 0.6) > 0)

families <- c(
  # draws 0: all signs, so the numbers are exact
  family("means of 10 examples, all signs", normal(10, c(0, 0.2, 0.9, 1.6), 0.5), 0),
  family("means of 13 examples, all signs", normal(13, c(0, 0.1, 0.3, 0.4, 0.8), 0.4), 0),
  family("accuracies of 12 examples, all signs", right(12, c(0, 0.4, 1.2, 2)), 0),
  family("one pair of 9 examples, all signs", normal(9, c(0, 0.5), 0.5), 0),
  family("means of 40 examples", normal(40, c(0, 0.1, 0.3, 0.5, 0.5), 0.7), 200000),
  family("accuracies of 60 examples", right(60, c(0, 0.3, 0.5, 1)), 200000)
)
source <- paste0(
  '{"command":"Rscript test/golden/max_t.R test/golden/max-t.json","R":"', getRversion(),
  '","multtest":"', packageVersion("multtest"), '"}'
)
# to a file: multtest itself prints
cat('{"source":', source, ',"families":[\n', paste(families, collapse = ",\n"), "\n]}\n", sep = "", file = commandArgs(TRUE)[1])
