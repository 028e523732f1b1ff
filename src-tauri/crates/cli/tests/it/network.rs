//! The program speaks to nobody but those whom the chosen profile needs.

use std::process::Command;

use buzz_testkit::bedrock::{Script, StandIn};

use crate::harness::{Run, Scratch};

/// A library that is loaded before all others: it lets a connection through only to one port of this machine, refuses every
/// other one and every look-up of a name, and writes down what it refused.
const GUARD: &str = r#"
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static void note(const char *what, const char *where, int port) {
    FILE *log = fopen(getenv("GUARD_LOG"), "a");
    if (log) {
        fprintf(log, "%s %s %d\n", what, where ? where : "?", port);
        fclose(log);
    }
}

static int refused(const struct sockaddr *address, const char *what) {
    char text[INET6_ADDRSTRLEN] = "";
    int port;
    if (!address) return 0;
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
        port = ntohs(v4->sin_port);
        inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
        if (ntohl(v4->sin_addr.s_addr) == INADDR_LOOPBACK && port == atoi(getenv("GUARD_PORT"))) return 0;
    } else if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
        port = ntohs(v6->sin6_port);
        inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
    } else {
        return 0;
    }
    note(what, text, port);
    return 1;
}

int connect(int fd, const struct sockaddr *address, socklen_t length) {
    if (refused(address, "connect")) { errno = ECONNREFUSED; return -1; }
    int (*real)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "connect");
    return real(fd, address, length);
}

ssize_t sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *address, socklen_t length) {
    if (refused(address, "sendto")) { errno = ECONNREFUSED; return -1; }
    ssize_t (*real)(int, const void *, size_t, int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "sendto");
    return real(fd, data, size, flags, address, length);
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **out) {
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) = dlsym(RTLD_NEXT, "getaddrinfo");
    struct in_addr v4;
    if (node && inet_pton(AF_INET, node, &v4) == 1) return real(node, service, hints, out);
    note("getaddrinfo", node, 0);
    return EAI_FAIL;
}
"#;

#[test]
fn no_other_address_is_ever_tried() {
    let scratch = Scratch::new();
    let source = scratch.file("guard.c", GUARD);
    let guard = scratch.path("guard.so");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&guard)
        .arg(&source)
        .arg("-ldl")
        .status()
        .unwrap();
    assert!(
        built.success(),
        "the C compiler that builds SQLite is there"
    );
    let stand_in = StandIn::start(Script::demo());
    let port = stand_in.url().rsplit(':').next().unwrap().to_owned();
    let log = scratch.path("guard.log");
    let file = scratch.file("sales.csv", "id,place\n1,Bonn\n2,Bern\n");
    let run = |args: &[&str]| {
        let mut command = scratch.command(args);
        command
            .envs(stand_in.env())
            .env("LD_PRELOAD", &guard)
            .env("GUARD_LOG", &log)
            .env("GUARD_PORT", &port);
        let run = Run::of(command.output().unwrap());
        assert_eq!(run.code, 0, "{args:?}: {run:#?}");
    };
    let file = file.to_str().unwrap();
    run(&["convert", file]);
    run(&["datasets"]);
    run(&["show", "sales"]);
    run(&["sql", "select count(*) from sales"]);
    run(&["ask", "How many sales?"]);
    run(&["ledger"]);
    run(&["aws"]);
    let tried = std::fs::read_to_string(&log).unwrap_or_default();
    assert_eq!(tried, "", "other addresses were tried");
    assert!(
        stand_in
            .requests()
            .iter()
            .any(|request| request.operation == "ConverseStream")
    );

    // The guard itself works: without the stand-in's address the same question is refused, and written down.
    let mut command = scratch.command(["ask", "How many sales?", "--model", "m"]);
    command
        .envs(stand_in.env())
        .env_remove("AWS_ENDPOINT_URL_BEDROCK_RUNTIME")
        .env("LD_PRELOAD", &guard)
        .env("GUARD_LOG", &log)
        .env("GUARD_PORT", &port);
    let run = Run::of(command.output().unwrap());
    assert_eq!(run.code, 1, "{run:#?}");
    let tried = std::fs::read_to_string(&log).unwrap_or_default();
    assert!(
        tried.contains("getaddrinfo bedrock-runtime.us-east-1.amazonaws.com"),
        "{tried}"
    );
}
