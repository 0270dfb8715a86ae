// What swift-argument-parser wants of FoundationEssentials, as little of it as our program can reach.
//
// The parser's hidden option `--experimental-dump-help` prints JSON, and an error may describe itself as
// LocalizedError does: six functions and the name of a protocol, for which the static linker would fetch
// 4.9 MB of FoundationEssentials, a fifth of the program. Here the functions say that they are not there,
// and the protocol is one that nothing conforms to. Where the parser wants more of it some day, linking
// fails, or check-package finds the program too large. docs/decisions/foundation.md says more.
//
// Only in release builds: a debug build has the shared library, whose own symbols these would replace.
#ifdef HOKMD_WITHOUT_FOUNDATION

#include <unistd.h>

// EX_USAGE of sysexits.h.
enum { usage = 64 };

__attribute__((noreturn, cold)) static void refuse(void) {
    static const char reason[] = "hokmd: this option is not in hokmd; see hokmd --help\n";
    ssize_t ignored = write(STDERR_FILENO, reason, sizeof reason - 1);
    (void)ignored;
    _exit(usage);
}

#define ABSENT(name) \
    __attribute__((visibility("hidden"))) void name(void) { refuse(); }

// JSONEncoder.OutputFormatting.sortedKeys and .prettyPrinted
ABSENT($s20FoundationEssentials11JSONEncoderC16OutputFormattingV10sortedKeysAEvau)
ABSENT($s20FoundationEssentials11JSONEncoderC16OutputFormattingV13prettyPrintedAEvau)
// JSONEncoder.init() and the type itself
ABSENT($s20FoundationEssentials11JSONEncoderCACycfc)
ABSENT($s20FoundationEssentials11JSONEncoderCMa)
// String.init(data:encoding:) and String.Encoding.utf8
ABSENT($sSS20FoundationEssentialsE4data8encodingSSSgAA4DataVh_SSAAE8EncodingVtcfC)
ABSENT($sSS20FoundationEssentialsE8EncodingV4utf8ACvau)

// The descriptor of the protocol LocalizedError, without requirements, in the module FoundationEssentials:
// flags, parent, name, requirements of its signature, requirements, names of associated types, as
// swift/ABI/Metadata.h has them. Pointers are relative to where they stand.
__asm__(
    "    .section .rodata.hokmd_LocalizedError,\"a\",@progbits\n"
    "    .balign 4\n"
    ".Lhokmd_name: .asciz \"LocalizedError\"\n"
    ".Lhokmd_module_name: .asciz \"FoundationEssentials\"\n"
    "    .balign 4\n"
    ".Lhokmd_module:\n"
    "    .long 0x40\n"
    "    .long 0\n"
    "    .long .Lhokmd_module_name - .\n"
    "    .globl \"$s20FoundationEssentials14LocalizedErrorMp\"\n"
    "    .hidden \"$s20FoundationEssentials14LocalizedErrorMp\"\n"
    "    .type \"$s20FoundationEssentials14LocalizedErrorMp\", @object\n"
    "    .balign 4\n"
    "\"$s20FoundationEssentials14LocalizedErrorMp\":\n"
    "    .long 0x10043\n"
    "    .long .Lhokmd_module - .\n"
    "    .long .Lhokmd_name - .\n"
    "    .long 0\n"
    "    .long 0\n"
    "    .long 0\n"
    "    .size \"$s20FoundationEssentials14LocalizedErrorMp\", 24\n"
    "    .text\n");

#endif
