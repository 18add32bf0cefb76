include: "workflow/Snakefile"


rule default:
    default_target: not HOSTED
    input:
        rules.all.input,
    message:
        f"All of the study {STUDY.name} is there."
