namespace Diffah.Tests.Deltas.Codecs.Content.JavaImages;

/// <summary>
/// An index that OpenJDK's own writer made (17.0.19, jdk.tools.jlink.internal.BasicImageWriter, little-endian, for
/// each resource in order a call of addLocation with its name, the sum of what is stored before it, and its sizes; then
/// getBytes). The resources themselves are not there.
/// </summary>
internal static class WrittenByJlink
{
    /// <summary>A name, how many bytes it has compressed (0: it is not), and how many it has.</summary>
    public const string Resources = """
        /java.base/module-info.class 0 1142
        /java.desktop/module-info.class 0 652
        /java.base/java/io/gAB$0.class 0 94
        /java.base/java/io/B.class 445 18
        /java.base/java/io/gABDAgADA.class 0 75
        /java.base/java/io/BECBDFBBA$3.class 0 69949
        /java.base/java/io/hhFEDC.class 0 39610
        /java.base/java/lang/EBBgCFCh$0.class 0 10429
        /java.base/java/lang/FhhBBE.class 0 40836
        /java.base/java/lang/gFAhF.class 0 127
        /java.base/java/lang/CDggh$3.class 0 52900
        /java.base/java/lang/gEg.class 368 246
        /java.base/java/lang/ref/CDD$0.class 13 24156
        /java.base/java/lang/ref/ACgFF.class 0 51685
        /java.base/java/lang/ref/gBhgADB.class 214 14664
        /java.base/sun/nio/cs/B$0.class 0 13555
        /java.base/sun/nio/cs/B.class 0 158
        /java.base/sun/nio/cs/FFhBB.class 870 61334
        /java.base/sun/nio/cs/EBCBFEhC$3.class 0 69495
        /java.base/sun/nio/cs/AEB.class 0 133
        /java.base/sun/nio/cs/DFDDDg.class 0 68103
        /java.base/sun/nio/cs/AAEhED$6.class 0 46068
        /java.desktop/java/awt/BDhD$0.class 0 506
        /java.desktop/java/awt/BBgDhC.class 0 52139
        /java.desktop/java/awt/BCCCACh.class 0 62430
        /java.desktop/java/awt/im/CAABCgDDA$0.class 0 75
        /java.desktop/java/awt/im/EgCAFh.class 679 212
        /java.desktop/java/awt/im/CAhCACCCh.class 0 8350
        /java.desktop/java/awt/im/hBADDEABh$3.class 0 8561
        /java.base/java/lang/häßlich.properties 0 17
        /java.base/META-INF/LICENSE 0 0
        /java.base/java/io/x.y.class 0 3
        /java.base/top.txt 12 40
        /packages/java.io 0 8
        /packages/java.lang 0 8
        /packages/java.awt 0 16
        /packages 0 300
        """;

    private const string Base64 = """
        2tr+ygAAAQAAAAAAJQAAACUAAABFAgAAkQEAAAAAAAD8////+P////f////0////AAAAAPP///+UAQABAAAAAAAAAADy////AAAAAPH///8A
        AAAAAAAAAAAAAAAAAAAAAAAAAJQBAAHt////lAEAAez///+WAQAB6v///+j////m////5P///+D////f////3v///wAAAACUAQABAAAAAJQB
        AAEAAAAAlwEAAZYBAAEBAAAAEQAAACAAAAAwAAAAPgAAAE0AAABdAAAAbQAAAH0AAACOAAAAoAAAALIAAADEAAAA0QAAAOEAAADrAAAA/AAA
        AA0BAAAgAQAAMAEAAEABAABRAQAAXAEAAG0BAAB6AQAAjQEAAJoBAACpAQAAuQEAAMkBAADXAQAA5AEAAPUBAAACAgAAEgIAACICAAAzAgAA
        AAgdEPoZAQYgASoI4Ww4SwAIBxCnGMcgASoFYWk4hQAIHRDbGOQgASoHH+k5AfoACAcQKhgyIAEpBwI4XgAIBxCnGDggASoETe44ngAIBxCn
        GLIgASoEGPs5NPMACB0Q2xjyIAEqB+2OOfPeAAgHEFcYeSABKgJ+HznOpAAIHRD6GQEZIAEqCOReOSCeAAgHEFcYgSABKgNMwzEBcDj2AAgH
        EIUYnyABKgQYJTDWOTlIAAgHEIUYkyABKgNOMzANOV5cAAgHEQFEGQFNKgkmfgAIBxAqGEQgASkJaDoBET0ACAcYESABOQR2AAgdEPoZASMg
        ASoJBPw5IXEACAcQKhg4IAEpB2AxAb04EgAIHRD6GQESIAEqCOG3MQKnONQACAcQVxhhIAEqAbVfOSi9AAgHECoZAVUgASoJJn44AwAIBxCn
        GLwgASoEUfI6AQ93ABkBhSoJJq05ASwACAcQpxjLIAEqBWHuOgEKBwAJAWEZAWoqCSaNOAgACAcQpxi2IAEqBE6MMQNmOe+WAAkBYRkBfCoJ
        Jp04EAAIBxBXGHMgASoCfaA4fwAIBxAqGFAgASoBGqU5mroACAcQVxhsIAEqAd4cOZ+EAAgHECoYOiABKQkdOEsACB0YESABKQR2OQKMAAgH
        EFcZAS8hATkqCSZtOBEACQFhGQFyKgkmlTgIAAgHEIUYmSABKgNOQDnJ5QAIBxCnGNIgASoGa/U5s/QACAcZAVkhAV0qCSaBMAw4KAAIHRDb
        GOsgASoHIeM5y6sAAAAAY2xhc3MAamF2YS5iYXNlAG1vZHVsZS1pbmZvAGphdmEuZGVza3RvcABqYXZhL2lvAGdBQiQwAEIAZ0FCREFnQURB
        AEJFQ0JERkJCQSQzAGhoRkVEQwBqYXZhL2xhbmcARUJCZ0NGQ2gkMABGaGhCQkUAZ0ZBaEYAQ0RnZ2gkMwBnRWcAamF2YS9sYW5nL3JlZgBD
        REQkMABBQ2dGRgBnQmhnQURCAHN1bi9uaW8vY3MAQiQwAEZGaEJCAEVCQ0JGRWhDJDMAQUVCAERGREREZwBBQUVoRUQkNgBqYXZhL2F3dABC
        RGhEJDAAQkJnRGhDAEJDQ0NBQ2gAamF2YS9hd3QvaW0AQ0FBQkNnRERBJDAARWdDQUZoAENBaENBQ0NDaABoQkFEREVBQmgkMwBow6TDn2xp
        Y2gAcHJvcGVydGllcwBNRVRBLUlORgBMSUNFTlNFAHgueQB0b3AAdHh0AHBhY2thZ2VzAGphdmEuaW8AamF2YS5sYW5nAGphdmEuYXd0AC9w
        YWNrYWdlcwAAAA==
        """;

    public static byte[] Index => Convert.FromBase64String(Base64);
}
