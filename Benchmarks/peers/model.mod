# The subset of the formulation that all four languages here write: capacity, balance, money.
# Kilotonnes, millions; classes from 0, the most secure; steps from 0.

param N, integer;
param delta;
param per_year, integer;
param unmet;
set T := 0..N-1;
set K := 0..2;
set C;
set P;
set B, within P;  # what can be expanded
set S;
set D;
set F;
set E, within F cross P;
set SERVED, within D cross K cross T;

param rho{K};
param class{P};
param net{P, C}, default 0;
param existing{P, T};
param availability{P, T};
param lead{B};
param most{B};
param capex{B, T};
param ramp{B, T};
param source{S}, symbolic;
param source_class{S};
param import_limit{S, T}, default -1;
param wanted{D}, symbolic;
param weight{D};
param quantity{D, T};
param appropriation{F, T};
param keep{F};
param max_share{F};
param max_per_facility{F}, default -1;

set AWARDS := setof{p in B, t in T: t + lead[p] < N} (p, t);
set BATCHES := setof{p in P, k in K: k >= class[p]} (p, k);
set MAKERS{c in C} := setof{p in P: net[p, c] != 0} p;
set SOURCES{c in C, k in K} := setof{s in S: source[s] = c and source_class[s] = k} s;
set SEGMENTS{c in C} := setof{d in D: wanted[d] = c} d;
set GRANTS := setof{(f, p) in E, t in T: t + lead[p] < N} (f, p, t);

var build{AWARDS}, >= 0;
var x{BATCHES, T}, >= 0;
var q{S, T}, >= 0;
var down{C, k in K, T: k < 2}, >= 0;
var y{SERVED}, >= 0;
var u{D, T}, >= 0;
var award{GRANTS}, >= 0;
var carry{F, T}, >= 0;

minimize dependent:
  sum{d in D, t in T} weight[d] * unmet * u[d, t] + sum{(d, k, t) in SERVED} weight[d] * rho[k] * y[d, k, t];

s.t. capacity{p in P, t in T}:
  sum{(p, k) in BATCHES} x[p, k, t] <= delta * availability[p, t] *
    (existing[p, t] + sum{(p, a) in AWARDS: a + lead[p] <= t} ramp[p, t - a - lead[p]] * build[p, a]);

s.t. maximum{p in B}: sum{(p, t) in AWARDS} build[p, t] <= most[p];

s.t. balance{c in C, k in K, t in T}:
  sum{p in MAKERS[c]: k >= class[p]} net[p, c] * x[p, k, t] + sum{s in SOURCES[c, k]} q[s, t]
  + (if k > 0 then down[c, k - 1, t]) - (if k < 2 then down[c, k, t])
  - sum{d in SEGMENTS[c]: (d, k, t) in SERVED} y[d, k, t] >= 0;

s.t. limited{s in S, t in T: import_limit[s, t] >= 0}: q[s, t] <= delta * import_limit[s, t];

s.t. demand{d in D, t in T}: sum{(d, k, t) in SERVED} y[d, k, t] + u[d, t] = quantity[d, t];

s.t. cost{(p, t) in AWARDS}: sum{(f, p) in E} award[f, p, t] = capex[p, t] * build[p, t];

s.t. share{(f, p, t) in GRANTS: max_share[f] < 1}:
  award[f, p, t] <= max_share[f] * capex[p, t] * build[p, t];

s.t. facility{(f, p) in E: max_per_facility[f] >= 0}:
  sum{(f, p, t) in GRANTS} award[f, p, t] <= max_per_facility[f];

s.t. account{f in F, t in T}:
  carry[f, t] = (if t > 0 then (if t mod per_year = 0 then keep[f] else 1) * carry[f, t - 1])
    + appropriation[f, t] - sum{(f, p, t) in GRANTS} award[f, p, t];

end;
