/// Self-signed certificates of tests, with their keys. They vouch for nothing.
enum TestCertificate {
    case good
    /// Ended with the year 2020.
    case expired

    var pem: String {
        switch self {
        case .good:
            """
            -----BEGIN CERTIFICATE-----
            MIIBHTCBxAIBATAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9ob2ttZCB0ZXN0IGdv
            b2QwIBcNMjUwMTAxMDAwMDAwWhgPMjEyNTAxMDEwMDAwMDBaMBoxGDAWBgNVBAMM
            D2hva21kIHRlc3QgZ29vZDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCx1Cdg2
            oFGlelR6WDhUQmWQAY+SP2rtsLApQv9APvHNvwKJhWJMFnGKI8zWEbSOpp/ipHjh
            gK+BoB0rmS+vKeAwCgYIKoZIzj0EAwIDSAAwRQIgM2StoHkmmJ+6nBPTyG3TX11N
            LSheuclz1JUmYC5IlncCIQDXkp7yHXC0b0cJ6bOJqbOTQZg6evH7moESJsalEHlp
            jg==
            -----END CERTIFICATE-----

            """
        case .expired:
            """
            -----BEGIN CERTIFICATE-----
            MIIBGjCBwAIBATAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA5ob2ttZCB0ZXN0IG9s
            ZDAeFw0yMDAxMDEwMDAwMDBaFw0yMTAxMDEwMDAwMDBaMBkxFzAVBgNVBAMMDmhv
            a21kIHRlc3Qgb2xkMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEU3TyRBO3xoAv
            Xw4omoc0sFiMkXxiy4kzfF/XuwfT30oMTXKkZXB2S1GaPj8i0KNG31/lpbiy2kbK
            55RrrOSuujAKBggqhkjOPQQDAgNJADBGAiEAoQ+7U6TnSL5gQzsJ+0fcaN9jGxcO
            sWgqWxUc7eYEyFECIQC9t3qfoMgmhGRbPpECoPnHr5NZp9DD3Kih33IQ9g9EHw==
            -----END CERTIFICATE-----

            """
        }
    }

    var key: String {
        switch self {
        case .good:
            """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgu1iN7KvmOF2Obdn2
            FXmao3WHWCMcii+aCzySgZI8GuyhRANCAAQsdQnYNqBRpXpUelg4VEJlkAGPkj9q
            7bCwKUL/QD7xzb8CiYViTBZxiiPM1hG0jqaf4qR44YCvgaAdK5kvryng
            -----END PRIVATE KEY-----

            """
        case .expired:
            """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgM98tWly3B2/hF9vt
            vZEzOaSR1HAVmAkei881jk3aJK+hRANCAARTdPJEE7fGgC9fDiiahzSwWIyRfGLL
            iTN8X9e7B9PfSgxNcqRlcHZLUZo+PyLQo0bfX+WluLLaRsrnlGus5K66
            -----END PRIVATE KEY-----

            """
        }
    }
}
