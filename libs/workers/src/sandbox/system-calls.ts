/** Numbers of a system call on x86-64 and on arm64, which has none for some old ones. */
export type CallNumbers = readonly [x64: number, arm64: number | null];

/**
 * What a child may not call from its start, by reason. From the kernel's tables (arch/x86/entry/syscalls/syscall_64.tbl
 * and include/uapi/asm-generic/unistd.h), whose numbers never change.
 */
export const deniedFromStart = {
  /** Nothing is opened towards the network, another process or a file of the machine that is a socket. */
  network: {
    socket: [41, 198],
    socketpair: [53, 199],
    connect: [42, 203],
    bind: [49, 200],
    listen: [50, 201],
    accept: [43, 202],
    accept4: [288, 242],
  },
  /** Nothing is changed by its path. */
  paths: {
    unlink: [87, null],
    unlinkat: [263, 35],
    rename: [82, null],
    renameat: [264, 38],
    renameat2: [316, 276],
    mkdir: [83, null],
    mkdirat: [258, 34],
    rmdir: [84, null],
    link: [86, null],
    linkat: [265, 37],
    symlink: [88, null],
    symlinkat: [266, 36],
    mknod: [133, null],
    mknodat: [259, 33],
    truncate: [76, 45],
    chmod: [90, null],
    fchmodat: [268, 53],
    chown: [92, null],
    lchown: [94, null],
    fchownat: [260, 54],
    setxattr: [188, 5],
    lsetxattr: [189, 6],
    removexattr: [197, 14],
    lremovexattr: [198, 15],
    utime: [132, null],
    utimes: [235, null],
    futimesat: [261, null],
    utimensat: [280, 88],
  },
  /** No process is started; no other one is looked at, signalled or slowed down. */
  processes: {
    fork: [57, null],
    vfork: [58, null],
    ptrace: [101, 117],
    process_vm_readv: [310, 270],
    process_vm_writev: [311, 271],
    process_madvise: [440, 440],
    process_mrelease: [448, 448],
    kcmp: [312, 272],
    pidfd_open: [434, 434],
    pidfd_getfd: [438, 438],
    pidfd_send_signal: [424, 424],
    tkill: [200, 130],
    rt_sigqueueinfo: [129, 138],
    rt_tgsigqueueinfo: [297, 240],
    setpriority: [141, 140],
  },
  /** No memory is shared with another process. */
  memory: {
    shmget: [29, 194],
    shmat: [30, 196],
    shmctl: [31, 195],
    msgget: [68, 186],
    semget: [64, 190],
    mq_open: [240, 180],
    mq_unlink: [241, 181],
  },
  /** Interfaces that go around this filter, or that faults of kernels were found in. */
  kernel: {
    io_uring_setup: [425, 425],
    io_uring_enter: [426, 426],
    io_uring_register: [427, 427],
    bpf: [321, 280],
    perf_event_open: [298, 241],
    userfaultfd: [323, 282],
    memfd_secret: [447, 447],
    keyctl: [250, 219],
    add_key: [248, 217],
    request_key: [249, 218],
    fanotify_init: [300, 262],
    inotify_init: [253, null],
    inotify_init1: [294, 26],
  },
  /** The view of the machine stays as it is. */
  mounts: {
    mount: [165, 40],
    umount2: [166, 39],
    pivot_root: [155, 41],
    chroot: [161, 51],
    unshare: [272, 97],
    setns: [308, 268],
    mount_setattr: [442, 442],
    move_mount: [429, 429],
    open_tree: [428, 428],
    fsopen: [430, 430],
    fspick: [433, 433],
    fsmount: [432, 432],
    fsconfig: [431, 431],
  },
} as const satisfies Record<string, Record<string, CallNumbers>>;

/** What a child may not call once it is set up: all that it needs is read and running by then. */
export const deniedAfterSetup = {
  programs: {
    execve: [59, 221],
    execveat: [322, 281],
  },
  files: {
    open: [2, null],
    openat: [257, 56],
    openat2: [437, 437],
    creat: [85, null],
    open_by_handle_at: [304, 265],
    name_to_handle_at: [303, 264],
  },
} as const satisfies Record<string, Record<string, CallNumbers>>;

/** What depends on the first argument. */
export const guardedCalls = {
  kill: [62, 129],
  tgkill: [234, 131],
  prlimit64: [302, 261],
  clone: [56, 220],
  clone3: [435, 435],
} as const satisfies Record<string, CallNumbers>;
