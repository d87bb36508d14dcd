#!/bin/sh
# check_v8.sh - a few random modules of each kind against V8, where there is a Node that is new enough (see v8.sh).
exec sh "$(dirname "$0")/v8.sh" 60
