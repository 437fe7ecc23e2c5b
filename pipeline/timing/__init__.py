"""When posts go out: wall time to instants, and the policies that hand out slots."""
