"""Recognises respondents of a file in a text, so that no page prints them.

A text is broken into words (`words`), and these are held against the file in each way in which it can be written: with its
labels, its codes, in the study's own words (`view`). Respondents are recognised by any of

- a run of values along a row, in the order of the file, or down a column, one word after the other or every second to
  twelfth (`windows`);
- values under the names of variables, whatever choice of them, in whatever order (`named`);
- several values that only their respondents have, such as identifiers or what people said in their words, and variables
  of which all values are there in whatever order (`whole`);
- numbers of respondents, beside the variable's name, or a choice of them in the order of the file (`serial`).

What is found must tell more than chance. A value tells the more bits the rarer it is; one that repeats the value before it,
or counts on from it, tells no more than how rarely that happens in the file. Down a column, a run has to tell 16 bits more
than it takes to name the cell in which it begins; along a row 8; under names 12 more than it takes to name the
respondents. On this measure a page that shows shares, tables of sums or quantiles, counts, labels or numbers in order
tells nothing; the most that any of 800 files of a book and its site was found to tell by chance, against a file of 1,500
respondents and 111 variables, is 2 bits down a column, 8 less than nothing along a row, and 5 under names. The first five
rows of a file, in whatever form, tell 25 and more; five rows of four variables, taken at random, 15.

What it cannot see: a picture; what is encrypted, packed, or changed by calculation; one value at a time; a few values of
one respondent, or fewer than some eight rows of a few variables under other names than theirs; a choice of respondents in
another order under other names; bare numbers of respondents who are counted through, in no order. A count of one is no
respondent here: small counts are the business of the rules of disclosure, which a notebook that counts by itself goes
round. Values that were one respondent's and are printed as least or greatest of all pass as well.
"""
