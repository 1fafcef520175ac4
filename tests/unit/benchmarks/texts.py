"""Tiny instances in the formats of the public sets, whose best answers can be worked out by hand."""

from pathlib import Path

SHARED = Path(__file__).resolve().parents[4] / "shared"
"""Where the public instances are, on machines that have them."""

SOLOMON = """\
NAME : TINY
TYPE : CVRPTW
DIMENSION : 4
VEHICLES : 2
CAPACITY : 20
SERVICE_TIME : 10
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 3 4
3 6 8
4 -1 1
DEMAND_SECTION
1 0
2 10
3 10
4 15
TIME_WINDOW_SECTION
1 0 100
2 0 50
3 0 50
4 0 50
DEPOT_SECTION
1
-1
EOF
"""
"""C1 and C2 on one way of 20, C3 alone there and back: 1.4 each way. Best: 22.8."""

SITE_DEPENDENT = """\
NAME: TINY
TYPE: SDVRPTW
EDGE_WEIGHT_TYPE: EUC_2D
DIMENSION: 4
VEHICLES: 2
VEHICLES_MAX_DURATION: 60
NODE_COORD_SECTION
1\t0\t0
2\t3\t4
3\t6\t8
4\t-1\t1
DEMAND_SECTION
1\t0
2\t10
3\t10
4\t15
SERVICE_TIME_SECTION
1\t0
2\t10
3\t10
4\t10
TIME_WINDOW_SECTION
1\t0\t100
2\t0\t50
3\t0\t50
4\t0\t50
CAPACITY_SECTION
1\t30
2\t40
VEHICLES_ALLOWED_CLIENTS_SECTION
1\t2\t3
2\t3\t4
EOF
"""
"""C1 only by the first vehicle, C3 only by the second. Best: 20,000 + 2 x 1,414."""

TRSP = """\
TINY

INFO
CREW COUNT  SKILLS  TOOLS   SPARE PARTS
1       2       1       1

DEPOT TECHNICIANS AND REQUESTS
ID   X     Y     TWS    TWE    Serv   SKILLS   TOOLS    SPARE PARTS
0    0     0     0      100    0      [] \t[] \t[]
1    0     10    0      100    0      [0,1] \t[] \t[1]
2    10    10    20     60     5      [0] \t[] \t[1]
3    10    0     0      90     5      [1] \t[0] \t[1]
"""
"""Home, depot, R3, R2, home: 40 on the way, 10 of work, no waiting when left at 0. Best: 50."""

PRAXEDO = """\
TINY

INFO
CREW COUNT  SKILLS    TOOLS   SPARE PARTS
 1  0  0  0

DEPOT TECHNICIANS AND REQUESTS
ID           X        Y     TWS     TWE    Serv     SKILLS   TOOLS    SPARE PARTS
0          0.0      0.0   420.0  1140.0     0.0 \t[] \t[] \t[]
1          0.0      0.0   420.0  1140.0     0.0 \t[] \t[] \t[]
2          0.0      0.0   465.0   480.0    45.0 \t[] \t[] \t[]

DISTANCES
0;0.0000;0.0000;77.7400
1;0.0000;0.0000;77.7400
2;77.7400;77.7400;0.0000

TRAVEL TIMES
0;0.0000;0.0000;10.4667
1;0.0000;0.0000;10.4667
2;10.2500;10.2500;0.0000
"""
"""Out in 10.4667, 45 of work, back in 10.25."""

RELEASES = """\
# Instance TINY - 1 dynamic requests - 1 static requests
Dyn   Stat
1    1
ID    RD
2    -1
3    12
"""
