/** Throw-away passwords; the last is longer than what bcrypt takes notice of. */
export const passwords = {
  ascii: "Correct-horse-battery-7-staple",
  umlaut: "Grüße-aus-Köln-€-🔑-42-staple",
  long: "x7-Kiwi-%Lampe/".repeat(6),
} as const;

/** A hash that a real node made of one of them, as its index holds it. */
export interface ServerHash {
  readonly version: string;
  readonly algorithm: string;
  readonly cost: number;
  readonly password: keyof typeof passwords;
  readonly hash: string;
}

export const serverHashes: readonly ServerHash[] = [
  {
    version: "2.19.4",
    algorithm: "bcrypt",
    cost: 5,
    password: "ascii",
    hash: "$2a$05$VG8hxvQ4r7OUEdeFeT5Yr.TxDn0kR18EcqUnz9gpwrG3ThjwGvDxK",
  },
  {
    version: "2.19.4",
    algorithm: "bcrypt",
    cost: 5,
    password: "long",
    hash: "$2a$05$siW1SBsNktqPPpmfr3As3OVCQevvvewRX6sVxzZG10VfMPH7QzNGa",
  },
  {
    version: "2.19.4",
    algorithm: "pbkdf2",
    cost: 1000,
    password: "ascii",
    hash: "$5$4294967296512$fGqIXtNW10JdPD/BQMk6LWAuMRLG+79nbmJlkNqweuZakP57c8b7RmADgyadBFjWiT6MJGD7ZEoTrrIfVtKn7RzgmyVcUAiZ/3D3JoC6usCHFxOjZ7dZKjWVYCaF9XFfVfkQyP1np9qxGmOhlYkatWjkW2u0hoL7FCTMqMOivdQ=$Zj8zZRdFuU6c7APBAQqbHbDVZpbjaTexXB7z4FUW/PfFBVgGO3ATsQzFpj5nGOeJ2xS4zykNyYH6HIUxuPBftg==",
  },
  {
    version: "2.19.4",
    algorithm: "pbkdf2",
    cost: 1000,
    password: "umlaut",
    hash: "$5$4294967296512$I1KweM9lwcCAULhBcSCT5SPfqy/DcosNjNoT6q/19ifiCr9xBGe9eypBMPi8W7EAZ4f5Uleq+iQFDvWmhIJpm4ce9NqrrZdAVWn8+odmJyawlDGM070Y0/oL+fkG/9t2NCdPCuopNH17P1lsYxDoAhazTK2N8sGJm2DM1b+smKg=$/njSqeopBfPCX907JUJapaa0gsbS9x9OsTFP5sgxUhXVWh4akOEfYaZQCbFliMKNEFdgXCRdL/ZMQ5zezayeYA==",
  },
  {
    version: "2.19.4",
    algorithm: "pbkdf2",
    cost: 1000,
    password: "long",
    hash: "$5$4294967296512$CDN2s00upIVK55n8/gdgEzwFO+eJ007YgNiGKJX36WL4FitW3RnyinKkxhxqmCqoEWjLEKEnA2a8R+vAVp+Hetj1ab1svVywx0HioKqOFxkkoRyyG8o2YF8mP/FS9qjYGMV7nDSKvrWC5nvBEFX96ba+SjvN2AC9bVPxshudS5I=$bG8GM9lzwCtRoVvKC6JdNLGlEVQmIytA/W9/0VZYSF8py+8CUmt6ORjljDhx25c48EptlrsW7BWl6Hft8Fv1JA==",
  },
  {
    version: "2.19.4",
    algorithm: "pbkdf2",
    cost: 600000,
    password: "umlaut",
    hash: "$3$2576980377600256$0eRz+QQBEV0PeTOZ0v9atFgKYcKdqS/UBB4BX1muf3VTHyLEPuIXfbD8/1dls6+9Vm/xX1zcxa1Q1VAnX8v6PC8Latawsk5R4xJOU6h/HHcd8O1M5NmVcKCgo+4Yhmw6lZWk3pNrdPf0ToXamLxbyfWhVu2V52d/h7ksAVTtbfs=$1EfhPaYujh3ITj5MgZ8n0n6wxmpS7JQ3TuKMjrafvl8=",
  },
  {
    version: "3.4.0",
    algorithm: "pbkdf2",
    cost: 600000,
    password: "umlaut",
    hash: "$3$2576980377600256$Gzzk+KQxeUO23DrFHQo6I0DCUwFoVEW+mAlO5oq2irR2f3TDQMK7Srz0XirQ+Nuqf03ni3cMwFLwxh4fjVEh7TQSxMynZdRvr9Qq0wlCfimJt28cTovQc/UkRVTjyIOmjh2fZ218YcVOUFlFb4PnXR/6GXqvFtpUk+LZ9UWcg8U=$r1Gbw4P/OsFuWmeVLWb4xzYxhVmEa4rb+QuDJ+s8aEY=",
  },
  {
    version: "3.4.0",
    algorithm: "argon2",
    cost: 3,
    password: "umlaut",
    hash: "$argon2id$v=19$m=65536,t=3,p=1$julAVIYeHQgP+IM/I9tA+CJCq3TAaySFmWa4MxQ38Cg$zwW+pgU/wjH9pHkQFCFwzQVk1D2aNZVA/GUdlKcbPAY",
  },
  {
    version: "3.4.0",
    algorithm: "argon2",
    cost: 2,
    password: "ascii",
    hash: "$argon2i$v=19$m=1024,t=2,p=2$BLFYw+hJ6E0WUpuwpQtNjlsu5q8pR1XGndo1lSj3KBU$dBO9IULgUSf6LmAhNay9eA",
  },
  {
    version: "3.4.0",
    algorithm: "argon2",
    cost: 2,
    password: "umlaut",
    hash: "$argon2i$v=19$m=1024,t=2,p=2$/n3eJJr81kSPhlGzJ+JAzwtug/A1/qbkMbK7pufmzfE$n5mP/GLmE0wKvhfV3gKG+A",
  },
  {
    version: "3.4.0",
    algorithm: "argon2",
    cost: 2,
    password: "long",
    hash: "$argon2i$v=19$m=1024,t=2,p=2$vyrOAj8Q0G0M/jXdHpNdO7LYcnSA08YhJEBpCgcaTK8$68pPJAx8vBh+FdXS9fj00g",
  },
  {
    version: "2.11.1",
    algorithm: "bcrypt",
    cost: 12,
    password: "umlaut",
    hash: "$2y$12$6krwp357t15UQnmALjkyre5EjFL6FHrZ7YFO27zvgnLtlsfHtdExW",
  },
  {
    version: "3.4.0",
    algorithm: "bcrypt",
    cost: 12,
    password: "umlaut",
    hash: "$2y$12$k4ZAoHyZczFKGnL3L3KD3.a33PA0drShxZ4WYVfD3JXLCwhS2G6Fe",
  },
];

/** Made of `ascii` by a node with `argon2.version: 16`, which the hashing library does not know. */
export const oldArgon2Hash =
  "$argon2d$v=16$m=1024,t=2,p=1$TOJBqwuKhdj8gIHSiihV/KHs/ANJpkJzgJCyQkjh6Ss$D12d76zAwtXei3hEUsN7nhJ6Ais30ot1sKqY4VdM3oU";

/** Made of `umlaut` by 2.19.4 with `bcrypt.minor: A`: no other program makes it so. */
export const oddBcryptHash = "$2a$05$l8A2FVHluXyxBktsgC7hVuK1SZQu9o4N5pZIlWu7k5J3hUnrtWBJa";
