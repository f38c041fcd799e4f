namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>What data are like: those of one class are stored together. The numbers are stored.</summary>
internal enum FileClass
{
    /// <summary>None of the others.</summary>
    Other = 0,

    /// <summary>An ELF file.</summary>
    Executable = 1,

    /// <summary>Text.</summary>
    Text = 2,

    /// <summary>Python's compiled modules.</summary>
    PythonBytecode = 3,

    /// <summary>Java's compiled classes.</summary>
    JavaClass = 4,

    /// <summary>The records of an extended header: of pax, or a long name of GNU tar.</summary>
    PaxHeader = 5,

    /// <summary>Classes that Java virtual machines share.</summary>
    SharedClasses = 6,
}
