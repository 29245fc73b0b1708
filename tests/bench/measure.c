/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures whole processes: `measure RUNS COMMAND [ARG...]` runs the command once to warm up and
 * RUNS times counted, its output thrown away, and prints one line: median, minimum and maximum wall
 * time and median CPU time in milliseconds, the largest resident set in KiB, and the exit status.
 * Small on purpose: a child's resident set starts from its parent's. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { MAX_RUNS = 1000 };

struct run {
	double wall_ms;
	double cpu_ms;
	long rss_kib;
	int status;
};

static double ms_of(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int run_once(char **argv, struct run *ret)
{
	posix_spawn_file_actions_t actions;
	struct rusage usage;
	double start;
	pid_t pid;
	int status;
	int rc;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	start = now_ms();
	rc = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (rc != 0 || wait4(pid, &status, 0, &usage) != pid)
		return -1;
	ret->wall_ms = now_ms() - start;
	ret->cpu_ms = ms_of(usage.ru_utime) + ms_of(usage.ru_stime);
	ret->rss_kib = usage.ru_maxrss;
	ret->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return 0;
}

static int compare(const void *a, const void *b)
{
	const double *x = a;
	const double *y = b;

	return (*x > *y) - (*x < *y);
}

int main(int argc, char **argv)
{
	static double wall[MAX_RUNS];
	static double cpu[MAX_RUNS];
	struct run run = { 0 };
	long rss = 0;
	int runs = argc > 2 ? (int)strtol(argv[1], NULL, 10) : 0;

	if (runs < 1 || runs > MAX_RUNS) {
		fprintf(stderr, "usage: measure RUNS COMMAND [ARG...]\n");
		return 2;
	}
	for (int i = -1; i < runs; i++) {
		if (run_once(argv + 2, &run) < 0) {
			perror(argv[2]);
			return 2;
		}
		if (i < 0)
			continue;
		wall[i] = run.wall_ms;
		cpu[i] = run.cpu_ms;
		if (run.rss_kib > rss)
			rss = run.rss_kib;
	}
	qsort(wall, (size_t)runs, sizeof(wall[0]), compare);
	qsort(cpu, (size_t)runs, sizeof(cpu[0]), compare);
	printf("%.2f %.2f %.2f %.2f %ld %d\n", wall[runs / 2], wall[0], wall[runs - 1],
		cpu[runs / 2], rss, run.status);
	return 0;
}
