"""What every Redis has whose servers take over from each other: users, certificates, pods, guard, copies."""
