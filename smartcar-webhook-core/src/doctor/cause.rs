//! What can be wrong between a token, a signature and a body.

use std::fmt;

macro_rules! causes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $what:literal, $remedy:literal;)*) => {
        /// Something that keeps a signature from fitting.
        #[non_exhaustive]
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub enum Cause {
            $($(#[$doc])* $name,)*
        }

        impl Cause {
            /// Every cause there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The short name, to count by and to search for.
            ///
            /// ```
            /// # use smartcar_webhook_core::doctor::Cause;
            /// assert_eq!(Cause::HeaderBase64.code(), "header_base64");
            /// ```
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What to do about it, in a sentence.
            pub fn remedy(self) -> &'static str {
                match self { $(Self::$name => $remedy,)* }
            }

            fn what(self) -> &'static str {
                match self { $(Self::$name => $what,)* }
            }
        }
    };
}

causes! {
    /// A token that is known, but not accepted here, made the signature.
    OtherToken = "other_token",
        "another token that is known, but not accepted here, made the signature",
        "if it is an application management token of yours, accept it too; if not, see what signs with it";
    /// The token was configured with white space around it.
    TokenPadded = "token_padded",
        "the token has white space around it",
        "take away the white space or the line break around the token";
    /// The token was configured with something around it, such as quotation marks, or as `NAME=token`.
    TokenWrapped = "token_wrapped",
        "the token has something around it, such as quotation marks, its name or a comment",
        "configure the token alone, without quotation marks and without its name";
    /// The token was configured in base64.
    TokenBase64 = "token_base64",
        "the token is in base64",
        "decode it, as those of a Kubernetes secret have to be: it is used as the dashboard shows it";
    /// The token was configured in another case.
    TokenCase = "token_case",
        "the token is in another case than the one that signs",
        "copy the token from the dashboard once more: upper and lower case count";
    /// The roles of key and message were swapped.
    Swapped = "swapped",
        "whoever signed took the body for the key and the token for the message",
        "key the HMAC with the token and hash the body; check the library that signs";
    /// The signature was encoded in base64.
    HeaderBase64 = "header_base64",
        "the signature is in base64",
        "encode the 32 bytes of the signature as 64 hexadecimal digits";
    /// The signature has something around it, such as `sha256=`.
    HeaderWrapped = "header_wrapped",
        "the signature has something around it or within, or came twice in one header",
        "send the 64 hexadecimal digits alone, and see what a proxy adds to them";
    /// A part of the signature is missing.
    HeaderTruncated = "header_truncated",
        "the signature is cut off",
        "see what shortens the header: a proxy, a column in a table, a log it was copied from";
    /// The request has no signature.
    HeaderMissing = "header_missing",
        "the request has no signature",
        "see whether a proxy takes the header SC-Signature away; what is not from Smartcar has none either";
    /// The signature is nothing a signature could be written as.
    HeaderMalformed = "header_malformed",
        "the signature is not 64 hexadecimal digits",
        "see what sends the request: Smartcar sends 64 hexadecimal digits";
    /// The JSON of the body was parsed and written anew.
    BodyReserialised = "body_reserialised",
        "the body was parsed and written anew, in another order or with other spaces, escapes or numbers",
        "hand on the bytes as received: mount the receiver before anything that parses JSON";
    /// White space, a line break or a byte order mark was added to the ends of the body or taken away.
    BodyPadded = "body_padded",
        "a line break, white space or a byte order mark at an end of the body was added or taken away",
        "hand on the bytes as received: neither trim them nor end them with a line break";
    /// The body was converted between character sets.
    BodyCharset = "body_charset",
        "the body was converted between character sets",
        "hand on the bytes as received: do not make a text of them and bytes again";
    /// The body is still encoded in base64.
    BodyBase64 = "body_base64",
        "the body is in base64",
        "decode the body first, as API Gateway says by isBase64Encoded";
    /// The body was wrapped in a JSON string, perhaps one of an object.
    BodyQuoted = "body_quoted",
        "the body that was signed is in a JSON string, alone or in an object around it",
        "hand on the body itself, as of an event of AWS Lambda its member `body`; do not write a text as JSON once more";
    /// The body was decompressed on the way.
    BodyDecompressed = "body_decompressed",
        "the request says that its body is compressed, but it is not: it was decompressed on the way",
        "mount the receiver before the middleware that decompresses";
    /// The body is compressed.
    BodyCompressed = "body_compressed",
        "the body is compressed",
        "see what compresses on the way: Smartcar sends bodies as they are";
    /// The body breaks off.
    BodyTruncated = "body_truncated",
        "the body breaks off before its end",
        "see what limits the size of bodies on the way";
    /// The body is no JSON object.
    BodyMalformed = "body_malformed",
        "the body is no JSON object",
        "see what sends the request, and what encodes the body or adds to it on the way: Smartcar sends JSON objects";
    /// There is no body.
    BodyEmpty = "body_empty",
        "the body is empty",
        "see what reads the body before the receiver does";
    /// TEST deliveries were verified, LIVE ones never.
    LiveFails = "live_fails",
        "deliveries in the mode TEST are verified, those in LIVE are not",
        "make a new Smartcar application, or ask Smartcar's support: an older secret may sign live deliveries, and regenerating the token has not helped others";
    /// Challenges were answered, but no delivery was ever verified.
    NeverVerified = "never_verified",
        "challenges were answered, but nothing was ever verified",
        "compare the token with the application management token in the dashboard: an answered challenge does not prove that it is the right one";
    /// The request is for a tenant that is not known.
    UnknownTenant = "unknown_tenant",
        "the source of keys knows no tenant for the request",
        "compare the callback URI, or the id of the webhook, with the tenants that are known";
    /// Nothing else explains it.
    Unexplained = "unexplained",
        "no known mistake explains it: another token made the signature, or nobody's",
        "compare the token with the application management token in the dashboard; anybody may send requests that are not signed";
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what())
    }
}
