/* Socket addresses: read from a word, and told in the contract's form. */
#ifndef ADDRESSES_H
#define ADDRESSES_H

#include "truth.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

static struct sockaddr_storage given;

/* inet:ADDRESS:PORT, inet6:ADDRESS:PORT, unix:PATH, abstract:NAME, unnamed, or the
 * bytes themselves in hexadecimal. Returns the length. */
static socklen_t read_address(char *word)
{
	struct sockaddr_in *four = (void *)&given;
	struct sockaddr_in6 *six = (void *)&given;
	struct sockaddr_un *path = (void *)&given;
	char *port = strrchr(word, ':');

	memset(&given, 0, sizeof(given));
	if (!strncmp(word, "inet:", 5)) {
		*port = 0;
		four->sin_family = AF_INET;
		four->sin_port = htons(atoi(port + 1));
		must(inet_pton(AF_INET, word + 5, &four->sin_addr) == 1, word);
		return sizeof(*four);
	}
	if (!strncmp(word, "inet6:", 6)) {
		*port = 0;
		six->sin6_family = AF_INET6;
		six->sin6_port = htons(atoi(port + 1));
		must(inet_pton(AF_INET6, word + 6, &six->sin6_addr) == 1, word);
		return sizeof(*six);
	}
	path->sun_family = AF_UNIX;
	if (!strncmp(word, "unix:", 5)) {
		memcpy(path->sun_path, word + 5, strlen(word + 5));
		return offsetof(struct sockaddr_un, sun_path) + strlen(word + 5) + (strlen(word + 5) < 108);
	}
	if (!strncmp(word, "abstract:", 9)) {
		memcpy(path->sun_path + 1, word + 9, strlen(word + 9));
		return offsetof(struct sockaddr_un, sun_path) + 1 + strlen(word + 9);
	}
	if (!strcmp(word, "unnamed"))
		return offsetof(struct sockaddr_un, sun_path);
	for (size_t i = 0; word[2 * i]; i++)
		sscanf(word + 2 * i, "%2hhx", (unsigned char *)&given + i);
	return strlen(word) / 2;
}

static void tell_address(const char *name, const struct sockaddr_storage *address, socklen_t length)
{
	const struct sockaddr_in *four = (const void *)address;
	const struct sockaddr_in6 *six = (const void *)address;
	const struct sockaddr_un *path = (const void *)address;
	char text_form[INET6_ADDRSTRLEN];

	begin(name);
	if (address->ss_family == AF_INET) {
		text("sa_family", "AF_INET");
		text("sin_addr", inet_ntop(AF_INET, &four->sin_addr, text_form, sizeof(text_form)));
		integer("sin_port", ntohs(four->sin_port));
	} else if (address->ss_family == AF_INET6) {
		text("sa_family", "AF_INET6");
		text("sin6_addr", inet_ntop(AF_INET6, &six->sin6_addr, text_form, sizeof(text_form)));
		integer("sin6_port", ntohs(six->sin6_port));
	} else {
		size_t size = length - offsetof(struct sockaddr_un, sun_path);

		text("sa_family", "AF_UNIX");
		key("sun_path");
		if (size && !path->sun_path[0]) {
			char abstract[128] = "@";

			memcpy(abstract + 1, path->sun_path + 1, size - 1);
			text_of(abstract, size);
		} else {
			text_of(path->sun_path, strnlen(path->sun_path, size));
		}
	}
	end();
}

static void tell_local(const char *name, int fd)
{
	struct sockaddr_storage address = {};
	socklen_t length = sizeof(address);

	must(!getsockname(fd, (void *)&address, &length), "getsockname");
	tell_address(name, &address, length);
}

static void tell_remote(const char *name, int fd)
{
	struct sockaddr_storage address = {};
	socklen_t length = sizeof(address);

	must(!getpeername(fd, (void *)&address, &length), "getpeername");
	tell_address(name, &address, length);
}

#endif
